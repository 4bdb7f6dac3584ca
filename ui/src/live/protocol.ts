/** What the live stream says, and what a tab and the shared worker say to each other. */
export interface LiveEvent {
  kind: string;
  id: string;
  position: number;
}

export type LiveState = "off" | "connecting" | "open" | "away";

/** `refused`: the server has ended the stream or will not open one, most likely because the session is over. */
export type Signal = { event: LiveEvent } | { state: LiveState } | { refused: true };

export type Wish = "start" | "stop" | "leave";

export const LIVE_URL = "/api/v1/live";

export function parseLive(data: unknown): LiveEvent | null {
  if (typeof data !== "string") return null;
  try {
    const value = JSON.parse(data) as Partial<LiveEvent> | null;
    const whole = typeof value?.kind === "string" && typeof value.id === "string" && Number.isSafeInteger(value.position);
    return whole ? (value as LiveEvent) : null;
  } catch {
    return null;
  }
}
