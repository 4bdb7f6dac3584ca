/** Reading and changing who has access, the same for resources and accounts. */
import { t } from "@lingui/core/macro";
import { answer, client, ifMatch } from "../api/client";
import { readAgain, useRead } from "../api/queries";
import type { Access, Level } from "../api/shapes";
import { tellRecorded } from "../kit/told";
import type { Shared } from "./levels";

export interface Thing {
  shared: Shared;
  id: string;
}

export interface Share {
  userId: string;
  level: Level;
  until: string | null;
}

export function useAccess({ shared, id }: Thing, enabled: boolean) {
  return useRead<Access>(["access", shared, id], (signal) => readAccess({ shared, id }, signal), { enabled });
}

function readAccess({ shared, id }: Thing, signal: AbortSignal): Promise<Access> {
  return shared === "resource"
    ? answer(client.GET("/api/v1/resources/{resource_id}/access", { params: { path: { resource_id: id } }, signal }))
    : answer(client.GET("/api/v1/accounts/{account_id}/access", { params: { path: { account_id: id } }, signal }));
}

export async function give(thing: Thing, { userId, level, until }: Share, version: number): Promise<void> {
  const done = await put(thing, userId, { level, until }, ifMatch(version));
  tellRecorded(t`Shared`, done.position);
  await readAgain("access");
}

function put({ shared, id }: Thing, user_id: string, body: { level: Level; until: string | null }, headers: Record<string, string>) {
  return shared === "resource"
    ? answer(client.PUT("/api/v1/resources/{resource_id}/access/users/{user_id}", { params: { path: { resource_id: id, user_id } }, body, headers }))
    : answer(client.PUT("/api/v1/accounts/{account_id}/access/users/{user_id}", { params: { path: { account_id: id, user_id } }, body, headers }));
}

export async function take({ shared, id }: Thing, user_id: string): Promise<void> {
  const done = await (shared === "resource"
    ? answer(client.DELETE("/api/v1/resources/{resource_id}/access/users/{user_id}", { params: { path: { resource_id: id, user_id } } }))
    : answer(client.DELETE("/api/v1/accounts/{account_id}/access/users/{user_id}", { params: { path: { account_id: id, user_id } } })));
  tellRecorded(t`Share removed`, done.position);
  await readAgain("access");
}
