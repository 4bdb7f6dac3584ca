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

export function unfinished(state: ResetState): boolean {
  return state === "open" || state === "attempting";
}
