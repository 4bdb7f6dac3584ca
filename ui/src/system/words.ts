/** How sizes, distances and grades are said. */
import type { System } from "../api/shapes";
import type { Tone } from "../kit/Sign";

type Grade = System["findings"][number]["grade"];

export const GRADES: Record<Grade, { tone: Tone; name: string }> = {
  well: { tone: "good", name: "well" },
  look: { tone: "careful", name: "look at this" },
  stops: { tone: "bad", name: "stops work" },
};

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];
const NUMBER = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function sizeOf(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${NUMBER.format(bytes / 1024 ** power)} ${UNITS[power] ?? ""}`;
}

export function behind(events: number): string {
  return events === 0 ? "keeps up" : `${NUMBER.format(events)} ${events === 1 ? "event" : "events"} behind`;
}

export function lagOf(ms: number): string {
  return ms < 1000 ? `${NUMBER.format(ms)} ms` : `${NUMBER.format(ms / 1000)} s`;
}

/** What the page says at its top: the worst finding decides. */
export function verdict(findings: System["findings"]): { tone: Tone; says: string } {
  const count = (grade: Grade) => findings.filter((each) => each.grade === grade).length;
  const [stops, look] = [count("stops"), count("look")];
  if (stops > 0) return { tone: "bad", says: stops === 1 ? "One thing stops work" : `${stops} things stop work` };
  if (look > 0) return { tone: "careful", says: look === 1 ? "One thing to look at" : `${look} things to look at` };
  return { tone: "good", says: "Everything is well" };
}
