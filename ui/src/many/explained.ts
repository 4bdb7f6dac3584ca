/** What a share would change on many things, added up from what the server explains of each. */
import { t } from "@lingui/core/macro";
import { Problem } from "../api/problems";
import { useRead } from "../api/queries";
import type { Consequence } from "../api/shapes";
import { readConsequence, type Thing, type Wanted } from "../access/calls";
import { changesNothing, counted } from "../access/words";

export interface Sum {
  things: number;
  /** Things on which nothing would change. */
  same: number;
  /** Things that he owns: nobody shares with an owner, or takes anything from him. */
  owned: number;
  gains: number;
  loses: number;
  raised: number;
  lowered: number;
  able: boolean;
  /** Accounts of which he has seen the password that holds. */
  known: ReadonlySet<string>;
}

const AT_ONCE = 4;

export function useSum(things: readonly Thing[], userId: string, wanted: Wanted | null) {
  return useRead<Sum>(["access", "consequence", things, userId, wanted], async (signal) => sumOf(await readEach(things, userId, wanted, signal)), { enabled: userId !== "" });
}

async function readEach(things: readonly Thing[], userId: string, wanted: Wanted | null, signal: AbortSignal): Promise<Consequence[]> {
  const waiting = [...things];
  const found: Consequence[] = [];
  const next = async (): Promise<void> => {
    for (let thing = waiting.shift(); thing !== undefined; thing = waiting.shift()) found.push(await readConsequence(thing, userId, wanted, signal));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return found;
}

export function sumOf(consequences: readonly Consequence[]): Sum {
  const sum = (of: (each: Consequence) => number) => consequences.reduce((all, each) => all + of(each), 0);
  const seen = (each: Consequence) => counted(each.after) - counted(each.before);
  const weight = ({ accounts: { view, modify, manage } }: Consequence["before"]) => view + 2 * modify + 3 * manage;
  const moved = (each: Consequence) => (seen(each) === 0 ? weight(each.after) - weight(each.before) : 0);
  return {
    things: consequences.length,
    same: consequences.filter(changesNothing).length,
    owned: consequences.filter(({ before }) => before.ground === "owner").length,
    gains: sum((each) => Math.max(0, seen(each))),
    loses: sum((each) => Math.max(0, -seen(each))),
    raised: consequences.filter((each) => moved(each) > 0).length,
    lowered: consequences.filter((each) => moved(each) < 0).length,
    able: consequences.every(({ able }) => able),
    known: new Set(consequences.flatMap(({ known }) => known ?? []).map(({ account_id }) => account_id)),
  };
}

/** What may not be done to some of them is said of the first. */
export function barred<T>(chosen: readonly T[], nothing: string, why: (item: T) => string | null): string | null {
  if (chosen.length === 0) return nothing;
  if (chosen.length > MOST) return t`Choose at most ${MOST}.`;
  return chosen.map(why).find((each) => each !== null) ?? null;
}

const MOST = 500;

/** A share that is not there cannot be taken back. */
export function noShare(thrown: unknown): never {
  if (thrown instanceof Problem && thrown.status === 404) throw new Problem(thrown.kind, thrown.title, 404, t`There is no share of it to take back, or you do not see it any more.`);
  throw thrown;
}
