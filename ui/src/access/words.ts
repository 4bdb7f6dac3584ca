/** What the server explains of access, in words: by what somebody has it, and what a share would change. */
import type { Consequence, Stand } from "../api/shapes";
import { accounts } from "../batches/progress";
import { readable } from "../kit/Moment";
import { LEVEL_NAMES, type Shared } from "./levels";

const GROUNDS: Record<NonNullable<Stand["ground"]>, string> = {
  owner: "as its owner",
  everything: "because everything is open to them",
  account: "by a share of the account itself",
  resource: "by a share of the resource",
};

/** `Modify, by a share of the resource, until 3 May 2026`. */
export function standing(stand: Stand, shared: Shared): string {
  if (stand.level === null) return counted(stand) > 0 ? `not the resource, but ${accounts(counted(stand))} of it` : "nothing";
  const until = stand.until ? `, until ${readable(stand.until)}` : "";
  return `${LEVEL_NAMES[stand.level]} ${why(stand, shared)}${until}`;
}

/** By what; of an account that has narrower shares than its resource, also what does not count because of that. */
export function why({ ground, hides }: Stand, shared: Shared): string {
  if (ground === null) return "by shares of the accounts alone";
  const over = ground === "account" && hides ? `, which decides over ${LEVEL_NAMES[hides]} by the resource` : "";
  return `${shared === "resource" && ground === "resource" ? "by a share" : GROUNDS[ground]}${over}`;
}

export interface Step {
  more: boolean;
  words: string;
}

/** What somebody can do then and not now, and the other way round. */
export function steps({ before, after }: Consequence): Step[] {
  const done: [string, (stand: Stand) => number][] = [
    ["see and show the passwords of", counted],
    ["change and reset the passwords of", ({ accounts: { modify, manage } }) => modify + manage],
    ["edit and share", ({ accounts: { manage } }) => manage],
  ];
  return done.flatMap(([verb, count]) => step(verb, count(after) - count(before)));
}

function step(verb: string, more: number): Step[] {
  if (more === 0) return [];
  return [{ more: more > 0, words: `${more > 0 ? "Can then" : "Can no longer"} ${verb} ${accounts(Math.abs(more))}.` }];
}

export function counted({ accounts: { view, modify, manage } }: Stand): number {
  return view + modify + manage;
}

/** Whether the share would make no difference at all. */
export function changesNothing({ before, after }: Consequence): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
