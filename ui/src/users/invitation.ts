/** The token of an invitation: taken out of the address bar before anything else sees it, kept in memory only. */
import { patterns } from "../paths";

let token: string | null = null;

/** Runs before the router reads the address, so that neither history nor screen keeps the token. */
export function takeInvitation(place: Location = location, past: History = history): void {
  if (place.pathname !== patterns.welcome || place.hash.length < 2) return;
  token = place.hash.slice(1);
  past.replaceState(null, "", place.pathname);
}

export function invitation(): string | null {
  return token;
}

export function forgetInvitation(): void {
  token = null;
}
