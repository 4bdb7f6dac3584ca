/** How sizes, distances and grades are said. */
import { plural, t } from "@lingui/core/macro";
import type { System } from "../api/shapes";
import { region } from "../kit/language";
import type { Tone } from "../kit/Sign";

type Grade = System["findings"][number]["grade"];

export const GRADES: Record<Grade, { tone: Tone; name: string }> = {
  well: { tone: "good", name: t`well` },
  look: { tone: "careful", name: t`look at this` },
  stops: { tone: "bad", name: t`stops work` },
};

const UNITS = [t`bytes`, "KiB", "MiB", "GiB", "TiB"];
const NUMBER = new Intl.NumberFormat(region(), { maximumFractionDigits: 1 });

export function sizeOf(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${NUMBER.format(bytes / 1024 ** power)} ${UNITS[power] ?? ""}`;
}

export function behind(events: number): string {
  return events === 0 ? t`keeps up` : plural(events, { one: "# event behind", other: "# events behind" });
}

export function lagOf(ms: number): string {
  return ms < 1000 ? t`${{ ms: NUMBER.format(ms) }} ms` : t`${{ seconds: NUMBER.format(ms / 1000) }} s`;
}

/** What the page says at its top: the worst finding decides. */
export function verdict(findings: System["findings"]): { tone: Tone; says: string } {
  const count = (grade: Grade) => findings.filter((each) => each.grade === grade).length;
  const [stops, look] = [count("stops"), count("look")];
  if (stops > 0) return { tone: "bad", says: plural(stops, { one: "One thing stops work", other: "# things stop work" }) };
  if (look > 0) return { tone: "careful", says: plural(look, { one: "One thing to look at", other: "# things to look at" }) };
  return { tone: "good", says: t`Everything is well` };
}
