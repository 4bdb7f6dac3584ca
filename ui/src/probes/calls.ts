/** Having a worker look at a resource, and reading what it found. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { readAgain, useRead } from "../api/queries";
import type { Probe } from "../api/shapes";
import { tellRecorded } from "../kit/told";
import { attentive } from "../live/attention";
import { unfinished } from "./states";

const EVERY_MS = 1_500;

const whileRunning = { every: (probe: Probe | undefined) => (probe && unfinished(probe) && attentive() ? EVERY_MS : false) };

export function useVerification(account_id: string) {
  return useRead<Probe>(
    ["probe", account_id],
    (signal) => answer(client.GET("/api/v1/accounts/{account_id}/verification", { params: { path: { account_id } }, signal })),
    whileRunning,
  );
}

export function useHostKeyLook(resource_id: string) {
  return useRead<Probe>(
    ["probe", resource_id],
    (signal) => answer(client.GET("/api/v1/resources/{resource_id}/host-key/look", { params: { path: { resource_id } }, signal })),
    whileRunning,
  );
}

export async function verify(account_id: string): Promise<void> {
  const { position } = await answer(client.POST("/api/v1/accounts/{account_id}/verification", { params: { path: { account_id } }, body: {} }));
  tellRecorded(t`Verification asked for`, position);
  await readAgain("probe");
}

export async function lookForHostKey(resource_id: string): Promise<void> {
  const { position } = await answer(client.POST("/api/v1/resources/{resource_id}/host-key/look", { params: { path: { resource_id } } }));
  tellRecorded(t`A worker is asked to look`, position);
  await readAgain("probe");
}
