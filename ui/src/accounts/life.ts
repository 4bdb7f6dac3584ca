/** An account's life as a picture: a lane for each kind of event and for each who held it, and what is drawn on them. */
import { plural, t } from "@lingui/core/macro";
import { GROUNDS } from "../access/words";
import { LEVEL_NAMES } from "../access/levels";
import type { Held, LifeMark, Timeline } from "../api/shapes";
import type { Drawn } from "../kit/Lanes";
import { readable } from "../kit/Moment";
import type { Tone } from "../kit/Sign";

export const KINDS = [t`Account`, t`Passwords`, t`Resets`, t`Shown`, t`Access`];
/** So many of those who held it have a lane; all of them are in the table. */
export const MOST_LANES = 30;

const LANE_OF: Record<string, number> = {
  "account.added": 0,
  "account.edited": 0,
  "account.moved": 0,
  "account.password-changed": 1,
  "account.password-reset": 1,
  "account-password.disclosed": 3,
};
const TONES: Record<string, Tone> = {
  "account-password.disclosed": "busy",
  "account.edited": "plain",
  "reset.requested": "plain",
  "reset.failed": "bad",
  "reset.in-doubt": "careful",
};
const LEVELS = ["OWNER", "MANAGE", "MODIFY", "VIEW"] as const;
const LEVEL_TONES: Record<Held["level"], Tone> = { OWNER: "plain", MANAGE: "careful", MODIFY: "good", VIEW: "busy" };
/** What the colours of the bars mean. */
export const LEGEND = LEVELS.map((level) => ({ tone: LEVEL_TONES[level], name: LEVEL_NAMES[level] }));
/** A share of the account itself lies beneath what its holder has by the resource. */
const BENEATH: Record<Held["ground"], number> = { owner: -0.2, resource: -0.2, account: 0.2 };

export interface Life {
  lanes: string[];
  drawn: Drawn[];
  begins: number;
  ends: number;
  /** How many held it and have no lane. */
  left: number;
}

/** `from`: where the picture begins when somebody chose so; else it is the first that is told. */
export function lifeOf({ marks, held, ends }: Pick<Timeline, "marks" | "held" | "ends">, from?: string): Life {
  const end = Date.parse(ends);
  const holders = [...new Map(held.map(({ holder }) => [holder.id, holder.name])).entries()];
  const rows = new Map(holders.slice(0, MOST_LANES).map(([id], index) => [id, KINDS.length + index]));
  const bars = held.flatMap((each) => barOf(each, rows.get(each.holder.id), end));
  const drawn = [...marks.map(markOf), ...bars].toSorted((one, other) => one.from - other.from);
  const begins = from === undefined ? Math.min(end, ...drawn.map((each) => each.from)) : Date.parse(from);
  return { lanes: [...KINDS, ...holders.slice(0, MOST_LANES).map(([, name]) => name)], drawn, begins, ends: end, left: Math.max(0, holders.length - MOST_LANES) };
}

export function laneOf(topic: string): number {
  return LANE_OF[topic] ?? (topic.startsWith("reset.") ? 2 : 4);
}

/** `Alice: Modify by a share of the resource, from 3 May 2026 to 4 May 2026`. */
export function heldSays(held: Held): string {
  const { holder, level, ground, begun_at, ended_at, until } = held;
  const what = t`${{ holder: holder.name }}: ${{ level: LEVEL_NAMES[level] }} ${{ ground: GROUNDS[ground] }}`;
  if (ended_at !== null) return t`${what}, from ${{ begun: readable(begun_at) }} to ${{ ended: readable(ended_at) }}`;
  if (until !== null) return t`${what}, since ${{ begun: readable(begun_at) }} and until ${{ until: readable(until) }}`;
  return t`${what}, since ${{ begun: readable(begun_at) }}`;
}

/** What the picture shows, for whoever does not see it. */
export function summary(username: string, { items, marks, held }: Pick<Timeline, "items" | "marks" | "held">): string {
  const events = marks.reduce((sum, { times }) => sum + times, 0);
  const holders = new Set(held.map(({ holder }) => holder.id)).size;
  const latest = items[0];
  const last = latest ? t`The last: ${{ title: latest.title }}, ${{ recorded_at: readable(latest.recorded_at) }}.` : "";
  return t`The life of ${username} over time: ${plural({ events }, { one: "# event", other: "# events" })}, held by ${plural({ holders }, { one: "# person", other: "# people" })}. ${last} The tables below say the same.`;
}

function markOf({ topic, title, outcome, times, first_at, last_at, position }: LifeMark): Drawn {
  const [from, to] = [Date.parse(first_at), Date.parse(last_at)];
  const says = times === 1 ? t`${{ recorded_at: readable(last_at) }}: ${title}` : t`${{ first_at: readable(first_at) }} to ${{ last_at: readable(last_at) }}: ${title}, ${plural({ times }, { one: "# time", other: "# times" })}`;
  const tone = outcome === "refused" ? "bad" : (TONES[topic] ?? "good");
  return { key: `${position} ${topic}`, row: laneOf(topic), from, to, form: topic === "account-password.disclosed" ? "tick" : "dot", tone, times, says };
}

function barOf(held: Held, lane: number | undefined, end: number): Drawn[] {
  if (lane === undefined) return [];
  const { begun, ground, level, begun_at, ended_at, holder } = held;
  return [{ key: `${holder.id} ${begun} ${ground}`, row: lane + BENEATH[ground], from: Date.parse(begun_at), to: ended_at === null ? end : Date.parse(ended_at), form: "bar", tone: LEVEL_TONES[level], times: 1, says: heldSays(held) }];
}
