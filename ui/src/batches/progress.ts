/** How far a batch of resets has come. */
import type { Batch } from "../api/shapes";

export type Item = Batch["items"][number];
type State = NonNullable<Item["state"]>;

export interface Counts {
  confirmed: number;
  failed: number;
  in_doubt: number;
  running: number;
  unopened: number;
}

export function countsOf(items: readonly Pick<Item, "state">[]): Counts {
  const of = (...states: (State | null)[]) => items.filter(({ state }) => states.includes(state)).length;
  return { confirmed: of("confirmed"), failed: of("failed"), in_doubt: of("in_doubt"), running: of("open", "attempting"), unopened: of(null) };
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
