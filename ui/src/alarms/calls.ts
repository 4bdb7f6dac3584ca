/** Reading alarms, and closing one. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { type Listing, readAgain, useListing } from "../api/queries";
import type { Alarm } from "../api/shapes";
import { tellRecorded } from "../kit/told";

export function useAlarms(): Listing<Alarm> {
  return useListing(["alarm"], (_, signal) => answer(client.GET("/api/v1/alarms", { signal })));
}

/** As it stood when it was looked at: what has been raised since stays open. */
export function closingOf(alarm: Alarm, reason: string) {
  return { kind: alarm.kind, name: alarm.name, position: alarm.position, seen_at: alarm.last_at, reason };
}

export async function closeAlarm(body: ReturnType<typeof closingOf>, headers: Record<string, string>): Promise<void> {
  const done = await answer(client.POST("/api/v1/alarms/closings", { body, headers }));
  tellRecorded(t`Alarm closed`, done.position);
  await readAgain("alarm");
}
