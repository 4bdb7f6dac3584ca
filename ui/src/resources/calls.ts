/** Reading and changing resources. */
import { t } from "@lingui/core/macro";
import { answer, client, ifMatch } from "../api/client";
import { type Listing, readAgain, useListing, useRead } from "../api/queries";
import type { Resource, ResourceBody, ResourceType } from "../api/shapes";
import { tellRecorded } from "../kit/told";

export interface ResourceFilters {
  q: string;
  type: string;
  kept: boolean;
  sort: string;
}

export function useResources({ q, type, kept, sort }: ResourceFilters): Listing<Resource> {
  const query = { q: q || undefined, type: (type || undefined) as ResourceType | undefined, kept: kept || undefined, sort };
  return useListing(["resource", "list", query], (cursor, signal, limit) =>
    answer(client.GET("/api/v1/resources", { params: { query: { ...query, cursor, limit } }, signal })),
  );
}

export function useResource(id: string) {
  return useRead(["resource", id], (signal) => answer(client.GET("/api/v1/resources/{resource_id}", { params: path(id), signal })));
}

export async function addResource(body: ResourceBody, headers: Record<string, string>): Promise<string> {
  const { id, position } = await answer(client.POST("/api/v1/resources", { body, headers }));
  tellRecorded(t`${{ name: body.name }} added`, position);
  await readAgain("resource");
  return id;
}

export async function editResource({ id, version }: Resource, body: ResourceBody): Promise<void> {
  const { position } = await answer(client.PUT("/api/v1/resources/{resource_id}", { params: path(id), body, headers: ifMatch(version) }));
  tellRecorded(t`${{ name: body.name }} changed`, position);
  await readAgain("resource", "account");
}

export async function pinHostKey({ id, version }: Resource, host_key: string | null): Promise<void> {
  const body = { host_key };
  const { position } = await answer(client.PUT("/api/v1/resources/{resource_id}/host-key", { params: path(id), body, headers: ifMatch(version) }));
  tellRecorded(host_key ? t`Host key pinned` : t`Host key no longer pinned`, position);
  await readAgain("resource");
}

export async function handOver(id: string, user_id: string, accessVersion: number): Promise<void> {
  const body = { user_id };
  const { position } = await answer(client.PUT("/api/v1/resources/{resource_id}/owner", { params: path(id), body, headers: ifMatch(accessVersion) }));
  tellRecorded(t`Ownership handed over`, position);
  await readAgain("resource", "access", "account");
}

function path(resource_id: string) {
  return { path: { resource_id } };
}
