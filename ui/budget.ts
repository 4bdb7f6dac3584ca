/** Fails the build when the first page grows too large to be fetched at once: everything it needs, compressed. */
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

const MOST = 300_000;
const FIRST = ["main.tsx", "start.tsx", "en.po", "DashboardPage.tsx"];

type Bundle = Rolldown.OutputBundle;

export function budget(): Plugin {
  return {
    name: "budget",
    apply: "build",
    generateBundle(_, bundle) {
      const size = firstPage(bundle);
      if (size > MOST) this.error(`The first page has ${size} bytes (gzip); it may have ${MOST}.`);
    },
  };
}

/** What the page and the console's start need, each file once. */
export function firstPage(bundle: Bundle): number {
  const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
  const needed = new Set<string>();
  const need = (name: string) => {
    const chunk = bundle[name];
    if (needed.has(name) || chunk?.type !== "chunk") return;
    needed.add(name);
    chunk.imports.forEach(need);
  };
  chunks.filter(({ facadeModuleId, isEntry }) => isEntry || FIRST.some((each) => facadeModuleId?.endsWith(each))).forEach(({ fileName }) => need(fileName));
  const styles = Object.values(bundle).filter((each) => each.type === "asset" && each.fileName.endsWith(".css"));
  const code = [...needed].map((name) => bundle[name]).map((each) => (each?.type === "chunk" ? each.code : ""));
  return [...code, ...styles.map((each) => (each.type === "asset" ? each.source : ""))].reduce((sum, each) => sum + gzipSync(each).length, 0);
}
