/** What the palette offers without asking the server: places and deeds, and how they are found by what is typed. */
import { t } from "@lingui/core/macro";
import type { IconName } from "../kit/icons";
import { paths } from "../paths";
import { SECTIONS } from "../shell/places";

export interface Offer {
  id: string;
  label: string;
  /** What kind of thing it is, or what more there is to say. */
  hint: string;
  icon: IconName;
  /** Where it leads; a deed without a place is done by the palette itself. */
  to?: string;
  needs?: string;
}

const PLACES: Offer[] = SECTIONS.flatMap(({ label: section, places }) =>
  places.map(({ label, to, icon, needs }) => ({ id: `go-${to}`, label, hint: section, icon, to, needs })),
);

const DEEDS: Offer[] = [
  { id: "add resource", label: t`Add resource`, hint: t`Do`, icon: "plus", to: paths.adding(paths.resources()), needs: "resource.add" },
  { id: "import", label: t`Import from a CSV file`, hint: t`Do`, icon: "load", to: paths.import(), needs: "account.add" },
  { id: "add user", label: t`Add user`, hint: t`Do`, icon: "plus", to: paths.adding(paths.users()), needs: "user.add" },
  { id: "own password", label: t`Change my password`, hint: t`Do`, icon: "key", to: paths.sessions() },
  { id: "theme", label: t`Switch between light and dark`, hint: t`Do`, icon: "moon" },
  { id: "sign out", label: t`Sign out`, hint: t`Do`, icon: "out" },
];

/** The places and deeds that somebody with these operations has, best first. */
export function offersFor(typed: string, operations: readonly string[]): Offer[] {
  const words = wordsOf(typed);
  const his = [...PLACES, ...DEEDS].filter(({ needs }) => needs === undefined || operations.includes(needs));
  return his
    .map((offer, at) => ({ offer, at, rank: rank(offer.label, words) }))
    .filter((each) => each.rank > 0)
    .sort((one, other) => other.rank - one.rank || one.at - other.at)
    .map(({ offer }) => offer);
}

/** Every word must be found; at the start of the label or of one of its words it counts for more. */
export function rank(label: string, words: readonly string[]): number {
  const lower = label.toLowerCase();
  const ranks = words.map((word) => (lower.startsWith(word) ? 3 : lower.includes(` ${word}`) ? 2 : lower.includes(word) ? 1 : 0));
  return ranks.includes(0) ? 0 : 1 + ranks.reduce<number>((sum, each) => sum + each, 0);
}

export function wordsOf(typed: string): string[] {
  return typed.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The next of `count` places, round and round. */
export function moved(at: number, by: number, count: number): number {
  return count === 0 ? 0 : (at + by + count) % count;
}
