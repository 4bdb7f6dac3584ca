/** Reading and changing accounts. Passwords travel in bodies only and are kept by nobody here. */
import { t } from "@lingui/core/macro";
import { answer, client, ifMatch } from "../api/client";
import { type Listing, readAgain, useListing, useRead } from "../api/queries";
import type { Account, PastPassword } from "../api/shapes";
import { tellRecorded } from "../kit/told";

export interface NewPassword {
  generate: boolean;
  password: string;
}

export interface AccountFilters {
  q: string;
  kept: boolean;
  sort: string;
}

export function useAccounts({ q, kept, sort }: AccountFilters): Listing<Account> {
  const query = { q: q || undefined, kept: kept || undefined, sort };
  return useListing(["account", "list", query], (cursor, signal, limit) => answer(client.GET("/api/v1/accounts", { params: { query: { ...query, cursor, limit } }, signal })));
}

export function useResourceAccounts(resource_id: string): Listing<Account> {
  return useListing(["account", "of", resource_id], (cursor, signal, limit) =>
    answer(client.GET("/api/v1/resources/{resource_id}/accounts", { params: { path: { resource_id }, query: { cursor, limit } }, signal })),
  );
}

export function useAccount(id: string) {
  return useRead(["account", id], (signal) => answer(client.GET("/api/v1/accounts/{account_id}", { params: path(id), signal })));
}

export function usePastPasswords(id: string): Listing<PastPassword> {
  return useListing(["account", id, "passwords"], (_, signal) =>
    answer(client.GET("/api/v1/accounts/{account_id}/passwords", { params: path(id), signal })),
  );
}

export interface NewAccount extends NewPassword {
  username: string;
  description: string;
}

export async function addAccount(resource_id: string, { username, description, ...password }: NewAccount, headers: Record<string, string>): Promise<string> {
  const body = { username, description, ...chosen(password) };
  const { id, position } = await answer(client.POST("/api/v1/resources/{resource_id}/accounts", { params: { path: { resource_id } }, body, headers }));
  tellRecorded(t`${username} added`, position);
  await readAgain("account", "resource");
  return id;
}

export async function editAccount({ id, version }: Account, body: { username: string; description: string }): Promise<void> {
  const { position } = await answer(client.PUT("/api/v1/accounts/{account_id}", { params: path(id), body, headers: ifMatch(version) }));
  tellRecorded(t`${{ username: body.username }} changed`, position);
  await readAgain("account");
}

export async function moveAccount({ id, username, version }: Account, resource_id: string): Promise<void> {
  const { position } = await answer(client.PUT("/api/v1/accounts/{account_id}/resource", { params: path(id), body: { resource_id }, headers: ifMatch(version) }));
  tellRecorded(t`${username} moved`, position);
  await readAgain("account", "resource", "access");
}

export async function changePassword(id: string, password: NewPassword, reason: string): Promise<void> {
  const body = { ...chosen(password), reason: reason || null };
  const { position } = await answer(client.POST("/api/v1/accounts/{account_id}/password", { params: path(id), body }));
  tellRecorded(t`Password changed in the vault`, position);
  await readAgain("account");
}

/** Either a new one is made, or the typed one is taken; never both. */
function chosen({ generate, password }: NewPassword): { generate: true } | { password: string } {
  return generate ? { generate: true } : { password };
}

function path(account_id: string) {
  return { path: { account_id } };
}
