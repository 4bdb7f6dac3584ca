/** The states of a reset, in words. */
import type { Reset } from "../api/shapes";
import type { Tone } from "../kit/Sign";

type ResetState = Reset["state"];

export const STATES: Record<ResetState, { tone: Tone; name: string; means: string }> = {
  open: { tone: "busy", name: "waiting", means: "Waiting for a worker to take it." },
  attempting: { tone: "busy", name: "running", means: "A worker is setting the new password and checking it." },
  confirmed: { tone: "good", name: "confirmed", means: "The resource has the new password: a fresh login with it worked." },
  failed: { tone: "bad", name: "failed", means: "Nothing was changed: the resource has the password it had." },
  in_doubt: { tone: "careful", name: "in doubt", means: "It is not known which password the resource has. Both are kept." },
};

const STEPS: Record<string, string> = {
  requested: "Asked for",
  "attempt-begun": "A worker has begun",
  connected: "Connected to the resource",
  "host-key-checked": "Host key is the pinned one",
  "signed-in": "Signed in with the present password",
  "handing-over": "Handing over the new password",
  taken: "The resource took the new password",
  verified: "A fresh login with it worked",
  "old-holds": "The old password still works",
  "new-holds": "The new password works",
  "attempt-failed": "The attempt failed",
  "no-login": "SSH lets it in with no password; su took the new one",
  confirmed: "Confirmed",
  failed: "Given up: nothing was changed",
  "in-doubt": "In doubt",
  settled: "Settled",
};

/** What the state means here: a reset that waits may have been tried before. */
export function meaningOf(reset: Pick<Reset, "state" | "steps">): string {
  const tried = reset.state === "open" && reset.steps.some((step) => step.what === "attempt-begun");
  return tried ? "Waiting for the next attempt." : STATES[reset.state].means;
}

/** A step that this console does not know yet is shown as it is called. */
export function stepName(what: string): string {
  return STEPS[what] ?? what;
}

export function unfinished(state: ResetState): boolean {
  return state === "open" || state === "attempting";
}
