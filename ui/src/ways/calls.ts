/** Reading and setting how passwords are changed, and what is known of accounts that sign in for others. */
import { t } from "@lingui/core/macro";
import { answer, client, ifMatch } from "../api/client";
import { readAgain, useRead } from "../api/queries";
import type { Helper, ResetWay, WayBody } from "../api/shapes";
import { tellRecorded } from "../kit/told";

export function useResetWay(resource_id: string) {
  return useRead<ResetWay>(["resource", resource_id, "way"], (signal) => answer(client.GET("/api/v1/resources/{resource_id}/reset-way", { params: { path: { resource_id } }, signal })));
}

export function useHelper(account_id: string) {
  return useRead<Helper>(["account", account_id, "helper"], (signal) => answer(client.GET("/api/v1/accounts/{account_id}/helper", { params: { path: { account_id } }, signal })));
}

export async function setResetWay(resource_id: string, { version }: ResetWay, body: WayBody): Promise<void> {
  const { position } = await answer(client.PUT("/api/v1/resources/{resource_id}/reset-way", { params: { path: { resource_id } }, body, headers: ifMatch(version) }));
  tellRecorded(t`How passwords are changed was set`, position);
  await readAgain("resource", "account");
}

export async function setJumpHost(id: string, { version }: ResetWay, resource_id: string | null): Promise<void> {
  const { position } = await answer(client.PUT("/api/v1/resources/{resource_id}/jump-host", { params: { path: { resource_id: id } }, body: { resource_id }, headers: ifMatch(version) }));
  tellRecorded(resource_id ? t`Jump host set` : t`It is reached directly from now on`, position);
  await readAgain("resource");
}

export async function setKey(account_id: string, private_key: string, reason: string): Promise<void> {
  const { position } = await answer(client.POST("/api/v1/accounts/{account_id}/ssh-key", { params: { path: { account_id } }, body: { private_key, reason } }));
  tellRecorded(t`SSH key sealed`, position);
  await readAgain("account");
}

export async function removeKey(account_id: string): Promise<void> {
  const { position } = await answer(client.DELETE("/api/v1/accounts/{account_id}/ssh-key", { params: { path: { account_id } } }));
  tellRecorded(t`SSH key removed`, position);
  await readAgain("account");
}

export async function tryAgain(account_id: string, reason: string): Promise<void> {
  const { position } = await answer(client.POST("/api/v1/accounts/{account_id}/trials", { params: { path: { account_id } }, body: { reason } }));
  tellRecorded(t`Its password may be tried again`, position);
  await readAgain("account");
}
