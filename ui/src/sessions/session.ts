/** Who is signed in here: known, nobody, or not yet asked. Nothing of it is stored. */
import { answer, client, stale } from "../api/client";
import { setCsrfToken, whenSessionIsLost } from "../api/credentials";
import { forgetPosition, notePosition } from "../api/position";
import { problemOf } from "../api/problems";
import { queries } from "../api/queries";
import type { CurrentSession } from "../api/shapes";
import { createStore, useStore } from "../kit/store";
import { startLive, stopLive } from "../live/live";
import { loadMine } from "../settings/mine";
import { announce, onAnnounced } from "./tabs";

type SessionState = CurrentSession | "unknown" | null;

export const session = createStore<SessionState>("unknown");

/** Why the console cannot even tell whether somebody is signed in. */
export const sessionTrouble = createStore<unknown>(null);

export async function loadSession(): Promise<void> {
  try {
    enter(await answer(client.GET("/api/v1/sessions/current")));
    sessionTrouble.set(null);
  } catch (thrown) {
    if (problemOf(thrown).status === 401) forget();
    else if (session.get() === "unknown") sessionTrouble.set(thrown);
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  const body = { username, password };
  const current = await answer(client.POST("/api/v1/sessions", { body }));
  forget();
  notePosition(current.position);
  enter(current);
  announce("started");
}

export async function signOut(): Promise<void> {
  await answer(client.DELETE("/api/v1/sessions/current"));
  forget();
  announce("ended");
}

/** Everything that was read for this session leaves memory with it. */
function forget(): void {
  stopLive();
  setCsrfToken(null);
  session.set(null);
  queries.clear();
  forgetPosition();
  stale.set(false);
}

function enter(current: CurrentSession): void {
  setCsrfToken(current.csrf_token);
  loadMine(current.user.id);
  session.set(current);
  startLive(() => void loadSession());
}

function lost(): void {
  if (session.get() !== null) forget();
}

/** Another tab shares our cookie: what happens to the session there, or while this page was put away, happens here. */
export function followOtherTabs(): void {
  addEventListener("pageshow", (event) => {
    if (event.persisted) void loadSession();
  });
  whenSessionIsLost(lost);
  onAnnounced((what) => {
    lost();
    if (what === "started") void loadSession();
  });
}

export function useSession(): SessionState {
  return useStore(session);
}

/** For what stands behind the sign-in. */
export function useCurrent(): CurrentSession {
  const current = useStore(session);
  if (current === null || current === "unknown") throw new Error("Nobody is signed in.");
  return current;
}

export function useMay(operation: string): boolean {
  return useCurrent().user.operations.includes(operation);
}
