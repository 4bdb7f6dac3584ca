/** My sessions, read. */
import { answer, client } from "../api/client";
import { type Listing, useListing } from "../api/queries";
import type { Session } from "../api/shapes";

export function useSessions(): Listing<Session> {
  return useListing(["session"], (_, signal) => answer(client.GET("/api/v1/sessions", { signal })));
}
