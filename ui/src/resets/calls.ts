/** Opening resets and following them until they end. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { type Listing, readAgain, useListing, useRead } from "../api/queries";
import type { Reset } from "../api/shapes";
import { tellRecorded } from "../kit/told";
import { attentive } from "../live/attention";
import { liveState } from "../live/live";
import { unfinished } from "./states";

const WITHOUT_LIVE_MS = 1_500;
const WITH_LIVE_MS = 10_000;

/** The live stream says when to read again; the clock is for when it is away. */
export function useReset(id: string) {
  return useRead<Reset>(["reset", id], (signal) => answer(client.GET("/api/v1/resets/{reset_id}", { params: { path: { reset_id: id } }, signal })), {
    every: (reset) => pace(reset?.state),
  });
}

function pace(state: Reset["state"] | undefined): number | false {
  if (state === undefined || !unfinished(state) || !attentive()) return false;
  return liveState.get() === "open" ? WITH_LIVE_MS : WITHOUT_LIVE_MS;
}

export function useResetsOf(account_id: string): Listing<Reset> {
  return useListing(["reset", "of", account_id], (_, signal) =>
    answer(client.GET("/api/v1/accounts/{account_id}/resets", { params: { path: { account_id } }, signal })),
  );
}

export async function repair(account_id: string, { reason }: { reason: string }): Promise<void> {
  const { position } = await answer(client.POST("/api/v1/accounts/{account_id}/repair", { params: { path: { account_id } }, body: { reason } }));
  tellRecorded(t`A worker is asked to go on`, position);
  await readAgain("reset", "account");
}

export async function openReset(account_id: string, { reason, ticket }: { reason: string; ticket: string }, headers: Record<string, string>): Promise<void> {
  const body = { reason, ticket: ticket || null };
  const { position } = await answer(client.POST("/api/v1/accounts/{account_id}/resets", { params: { path: { account_id } }, body, headers }));
  tellRecorded(t`Reset asked for`, position);
  await readAgain("reset", "account");
}
