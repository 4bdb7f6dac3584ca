/** What the server explains of access, in words: by what somebody has it, and what a share would change. */
import { plural, t } from "@lingui/core/macro";
import type { Consequence, Stand } from "../api/shapes";
import { readable } from "../kit/Moment";
import { LEVEL_NAMES, type Shared } from "./levels";

export const GROUNDS: Record<NonNullable<Stand["ground"]>, string> = {
  owner: t`as its owner`,
  everything: t`because everything is open to them`,
  account: t`by a share of the account itself`,
  resource: t`by a share of the resource`,
};

/** `Modify, by a share of the resource, until 3 May 2026`. */
export function standing(stand: Stand, shared: Shared): string {
  if (stand.level === null) return counted(stand) > 0 ? t`not the resource, but ${plural({ stand: counted(stand) }, { one: "# account", other: "# accounts" })} of it` : t`nothing`;
  const until = stand.until ? t`, until ${{ until: readable(stand.until) }}` : "";
  return `${LEVEL_NAMES[stand.level]} ${why(stand, shared)}${until}`;
}

/** By what; of an account that has narrower shares than its resource, also what does not count because of that. */
export function why({ ground, hides }: Stand, shared: Shared): string {
  if (ground === null) return t`by shares of the accounts alone`;
  const over = ground === "account" && hides ? t`, which decides over ${{ level_names: LEVEL_NAMES[hides] }} by the resource` : "";
  return `${shared === "resource" && ground === "resource" ? t`by a share` : GROUNDS[ground]}${over}`;
}

export interface Step {
  more: boolean;
  words: string;
}

/** What somebody can do then and not now, and the other way round. */
export function steps({ before, after }: Consequence): Step[] {
  const more = (count: (stand: Stand) => number) => count(after) - count(before);
  const done: [number, string, string][] = [
    [more(counted), ...seeing(Math.abs(more(counted)))],
    [more(changed), ...changing(Math.abs(more(changed)))],
    [more(shared), ...sharing(Math.abs(more(shared)))],
  ];
  return done.filter(([by]) => by !== 0).map(([by, then, longer]) => ({ more: by > 0, words: by > 0 ? then : longer }));
}

type Sentences = [then: string, noLonger: string];

function seeing(count: number): Sentences {
  return [
    plural(count, { one: "Can then see and show the passwords of # account.", other: "Can then see and show the passwords of # accounts." }),
    plural(count, { one: "Can no longer see and show the passwords of # account.", other: "Can no longer see and show the passwords of # accounts." }),
  ];
}

function changing(count: number): Sentences {
  return [
    plural(count, { one: "Can then change and reset the passwords of # account.", other: "Can then change and reset the passwords of # accounts." }),
    plural(count, { one: "Can no longer change and reset the passwords of # account.", other: "Can no longer change and reset the passwords of # accounts." }),
  ];
}

function sharing(count: number): Sentences {
  return [
    plural(count, { one: "Can then edit and share # account.", other: "Can then edit and share # accounts." }),
    plural(count, { one: "Can no longer edit and share # account.", other: "Can no longer edit and share # accounts." }),
  ];
}

function changed({ accounts: { modify, manage } }: Stand): number {
  return modify + manage;
}

function shared({ accounts: { manage } }: Stand): number {
  return manage;
}

export function counted({ accounts: { view, modify, manage } }: Stand): number {
  return view + modify + manage;
}

/** Whether the share would make no difference at all. */
export function changesNothing({ before, after }: Consequence): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
