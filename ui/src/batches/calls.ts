/** Resetting many accounts in one go: what is wanted is recorded first, then each reset is opened by itself. */
import { answer, client } from "../api/client";
import { type Listing, readAgain, useListing, useRead } from "../api/queries";
import type { Batch, BatchName } from "../api/shapes";
import { attentive } from "../live/attention";
import { stillGoing } from "./progress";

const EVERY_MS = 1_500;
const AT_ONCE = 4;

export interface Wanted {
  account_ids: string[];
  reason: string;
}

export function useBatch(id: string) {
  return useRead<Batch>(["reset", "batch", id], (signal) => answer(client.GET("/api/v1/batches/{batch_id}", { params: { path: { batch_id: id } }, signal })), {
    every: (batch) => (batch && stillGoing(batch) && attentive() ? EVERY_MS : false),
  });
}

export function useBatches(sort: string): Listing<BatchName> {
  return useListing(["reset", "batches", sort], (cursor, signal, limit) => answer(client.GET("/api/v1/batches", { params: { query: { sort, cursor, limit } }, signal })));
}

/** The latest few, for the first page. */
export function useLatestBatches(limit: number) {
  return useRead(["reset", "batches", "latest"], (signal) => answer(client.GET("/api/v1/batches", { params: { query: { limit } }, signal })));
}

export async function openBatch({ account_ids, reason }: Wanted, headers: Record<string, string>): Promise<string> {
  return (await answer(client.POST("/api/v1/batches", { body: { account_ids, reason }, headers }))).id;
}

/** Those that are not open yet, a few at a time; `refused` hears of each that was turned away. Twice is the same as once. */
export async function openResets(batch_id: string, accounts: readonly string[], reason: string, refused: (account: string, why: unknown) => void): Promise<void> {
  const waiting = [...accounts];
  const next = async (): Promise<void> => {
    for (let account = waiting.shift(); account !== undefined; account = waiting.shift()) {
      await openReset(batch_id, account, reason).catch((why: unknown) => refused(account, why));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  await readAgain("reset", "account");
}

async function openReset(batch_id: string, account_id: string, reason: string): Promise<void> {
  await answer(client.POST("/api/v1/accounts/{account_id}/resets", { params: { path: { account_id } }, body: { reason, batch_id } }));
}
