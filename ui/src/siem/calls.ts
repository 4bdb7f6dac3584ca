/** Reading SIEM destinations, and changing who is told. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { type Listing, readAgain, useListing } from "../api/queries";
import type { Destination, SiemConsumer } from "../api/shapes";
import { tellRecorded } from "../kit/told";

export interface NewDestination {
  name: string;
  kind: Destination["kind"];
  address: string;
  authority: string;
  certificate: string;
  secret: string;
  pseudonyms: boolean;
  from: "now" | "beginning";
  reason: string;
}

export function useDestinations(): Listing<Destination> {
  return useListing(["siem", "destinations"], (_, signal) => answer(client.GET("/api/v1/siem/destinations", { signal })));
}

export function useConsumers(): Listing<SiemConsumer> {
  return useListing(["siem", "consumers"], (_, signal) => answer(client.GET("/api/v1/siem/consumers", { signal })));
}

/** A webhook has no certificate, our own NATS nothing but its stream; what was typed before the kind was chosen is not sent. */
export async function addDestination({ from, secret, certificate, ...rest }: NewDestination): Promise<void> {
  const after = from === "beginning" ? 0 : null;
  const nats = { ...rest, address: "AUDIT", authority: "", after };
  const sent = { ...rest, certificate: rest.kind === "syslog" ? certificate : "", secret: secret || null, after };
  const body = rest.kind === "nats" ? nats : sent;
  const done = await answer(client.POST("/api/v1/siem/destinations", { body }));
  tellRecorded(t`${{ name: rest.name }} added`, done.position);
  await readAgain("siem");
}

export async function pauseDestination({ id, name }: Destination, reason: string): Promise<void> {
  const done = await answer(client.POST("/api/v1/siem/destinations/{destination_id}/pause", { params: path(id), body: { reason } }));
  tellRecorded(t`${name} paused`, done.position);
  await readAgain("siem");
}

export async function resumeDestination({ id, name }: Destination): Promise<void> {
  const done = await answer(client.POST("/api/v1/siem/destinations/{destination_id}/resume", { params: path(id) }));
  tellRecorded(t`${name} resumed`, done.position);
  await readAgain("siem");
}

export async function testDestination({ id, name }: Destination): Promise<void> {
  const done = await answer(client.POST("/api/v1/siem/destinations/{destination_id}/test", { params: path(id) }));
  tellRecorded(t`A test event for ${name} is on its way`, done.position);
  await readAgain("siem");
}

export async function removeDestination({ id, name }: Destination, reason: string): Promise<void> {
  const done = await answer(client.POST("/api/v1/siem/destinations/{destination_id}/remove", { params: path(id), body: { reason } }));
  tellRecorded(t`${name} removed`, done.position);
  await readAgain("siem");
}

function path(destination_id: string) {
  return { path: { destination_id } };
}
