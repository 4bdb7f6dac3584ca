/** Reading and changing who has access, the same for resources and accounts. */
import { t } from "@lingui/core/macro";
import { answer, client, ifMatch } from "../api/client";
import { readAgain, useRead } from "../api/queries";
import { Problem } from "../api/problems";
import type { Access, Consequence, Grant, Level, Sight } from "../api/shapes";
import { tellRecorded, tellUndoable } from "../kit/told";
import type { Shared } from "./levels";

export interface Thing {
  shared: Shared;
  id: string;
}

export interface Wanted {
  level: Level;
  until: string | null;
}

export interface Share extends Wanted {
  userId: string;
}

export function useAccess({ shared, id }: Thing, enabled: boolean) {
  return useRead<Access>(["access", shared, id], (signal) => readAccess({ shared, id }, signal), { enabled });
}

export function readAccess({ shared, id }: Thing, signal?: AbortSignal): Promise<Access> {
  return shared === "resource"
    ? answer(client.GET("/api/v1/resources/{resource_id}/access", { params: { path: { resource_id: id } }, signal }))
    : answer(client.GET("/api/v1/accounts/{account_id}/access", { params: { path: { account_id: id } }, signal }));
}

export async function give(thing: Thing, { userId, level, until }: Share, version: number): Promise<void> {
  const done = await put(thing, userId, { level, until }, ifMatch(version));
  tellRecorded(t`Shared`, done.position);
  await readAgain("access");
}

export function put({ shared, id }: Thing, user_id: string, body: Wanted, headers: Record<string, string>) {
  return shared === "resource"
    ? answer(client.PUT("/api/v1/resources/{resource_id}/access/users/{user_id}", { params: { path: { resource_id: id, user_id } }, body, headers }))
    : answer(client.PUT("/api/v1/accounts/{account_id}/access/users/{user_id}", { params: { path: { account_id: id, user_id } }, body, headers }));
}

/** Takes a share back, and offers to give it again as it was. */
export async function take(thing: Thing, { subject, level, until }: Grant): Promise<void> {
  const { position } = await remove(thing, subject.id);
  tellUndoable(t`${{ subject: subject.name }} has no share any more`, position, () => giveAgain(thing, { userId: subject.id, level, until }));
  await readAgain("access");
}

/** As it was; unless somebody has shared it with him again meanwhile. */
async function giveAgain(thing: Thing, share: Share): Promise<void> {
  const { grants, version } = await readAccess(thing);
  if (grants.some(({ subject }) => subject.id === share.userId)) throw new Problem("conflict", t`There is a share again`, 409, t`Somebody has shared it again meanwhile: it stays as it is now.`);
  await give(thing, share, version);
}

export function remove({ shared, id }: Thing, user_id: string): Promise<{ position: number }> {
  return shared === "resource"
    ? answer(client.DELETE("/api/v1/resources/{resource_id}/access/users/{user_id}", { params: { path: { resource_id: id, user_id } } }))
    : answer(client.DELETE("/api/v1/accounts/{account_id}/access/users/{user_id}", { params: { path: { account_id: id, user_id } } }));
}

export function useSight({ shared, id }: Thing) {
  return useRead<{ items: Sight[] }>(["access", shared, id, "sight"], (signal) =>
    shared === "resource"
      ? answer(client.GET("/api/v1/resources/{resource_id}/sight", { params: { path: { resource_id: id } }, signal }))
      : answer(client.GET("/api/v1/accounts/{account_id}/sight", { params: { path: { account_id: id } }, signal })),
  );
}

/** What it would change; asked anew whenever the wish changes. */
export function useConsequence(thing: Thing, userId: string, wanted: Wanted | null) {
  return useRead<Consequence>(["access", "consequence", thing, userId, wanted], (signal) => readConsequence(thing, userId, wanted, signal), { enabled: userId !== "" });
}

export function readConsequence({ shared, id }: Thing, user_id: string, wanted: Wanted | null, signal?: AbortSignal): Promise<Consequence> {
  const query = wanted ? { level: wanted.level, until: wanted.until ?? undefined } : {};
  return shared === "resource"
    ? answer(client.GET("/api/v1/resources/{resource_id}/access/users/{user_id}/consequence", { params: { path: { resource_id: id, user_id }, query }, signal }))
    : answer(client.GET("/api/v1/accounts/{account_id}/access/users/{user_id}/consequence", { params: { path: { account_id: id, user_id }, query }, signal }));
}
