/** Reading the audit trail. */
import { answer, client } from "../api/client";
import { type Listing, useListing, useRead } from "../api/queries";
import type { AuditEntry, EventType, ProofState } from "../api/shapes";
import type { Address } from "../kit/useAddress";

export interface AuditQuery {
  actor?: string;
  object?: string;
  topic?: string[];
  outcome?: AuditEntry["outcome"];
  from?: string;
  to?: string;
  q?: string;
}

export function queryOf(address: Address): AuditQuery {
  const given = (name: string) => address.get(name) || undefined;
  const topic = address.all("topic");
  return {
    actor: given("actor"),
    object: given("object"),
    topic: topic.length > 0 ? topic : undefined,
    outcome: given("outcome") as AuditQuery["outcome"],
    from: given("from"),
    to: given("to"),
    q: given("q"),
  };
}

/** Reading the audit trail is itself recorded, so it happens when somebody asks for it and never by itself. */
export function useAudit(query: AuditQuery): Listing<AuditEntry> {
  const read = (cursor: string | undefined, signal: AbortSignal, limit: number) => answer(client.GET("/api/v1/audit", { params: { query: { ...query, cursor, limit } }, signal }));
  return useListing(["audit", "list", query], read, { onFocus: false });
}

export function useAuditEntry(position: number) {
  return useRead(["audit", position], (signal) => answer(client.GET("/api/v1/audit/{position}", { params: { path: { position } }, signal })));
}

/** How far the log is signed; asking for that reads no event, so it may be asked again and again. */
export function useProof(): ProofState | undefined {
  return useRead(["proof"], (signal) => answer(client.GET("/api/v1/proof", { signal })), { every: () => 5000 }).data;
}

export function useEventTypes(): EventType[] {
  const found = useRead(["event-types"], (signal) => answer(client.GET("/api/v1/event-types", { signal })));
  return found.data?.items ?? [];
}
