/** How far a batch of resets has come. */
import { t } from "@lingui/core/macro";
import type { Batch, BatchName } from "../api/shapes";
import type { Tone } from "../kit/Sign";

export type Item = Batch["items"][number];
type State = NonNullable<Item["state"]>;

export type Counts = BatchName["counts"];

export function countsOf(items: readonly Pick<Item, "state">[]): Counts {
  const of = (...states: (State | null)[]) => items.filter(({ state }) => states.includes(state)).length;
  return { confirmed: of("confirmed"), failed: of("failed"), in_doubt: of("in_doubt"), running: of("open", "attempting"), unopened: of(null) };
}

export function told({ confirmed, running, failed, in_doubt, unopened }: Counts): string {
  return t`${confirmed} confirmed · ${running} running · ${failed} failed · ${in_doubt} in doubt · ${unopened} not opened`;
}

/** The states that some account is in, as one looks for them: what needs somebody first. */
export function signsOf({ confirmed, running, failed, in_doubt, unopened }: Counts): { tone: Tone; words: string }[] {
  const all: [Tone, number, string][] = [
    ["careful", in_doubt, t`in doubt`],
    ["bad", failed, t`failed`],
    ["bad", unopened, t`not opened`],
    ["busy", running, t`running`],
    ["good", confirmed, t`confirmed`],
  ];
  return all.filter(([, count]) => count > 0).map(([tone, count, words]) => ({ tone, words: `${count} ${words}` }));
}

export function stillGoing(batch: Pick<Batch, "items">): boolean {
  return countsOf(batch.items).running > 0;
}

/** What a second batch would be made of: what this one left with the old password. */
export function worthRetrying(items: readonly Item[]): string[] {
  return items.filter(({ state }) => state === "failed").map(({ account_id }) => account_id);
}

export function unopened(items: readonly Item[]): string[] {
  return items.filter(({ state }) => state === null).map(({ account_id }) => account_id);
}
