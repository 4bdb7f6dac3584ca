/** The states of a reset, in words. */
import { t } from "@lingui/core/macro";
import type { Reset, ResetWay } from "../api/shapes";
import type { Tone } from "../kit/Sign";

type ResetState = Reset["state"];

export const STATES: Record<ResetState, { tone: Tone; name: string; means: string }> = {
  open: { tone: "busy", name: t`waiting`, means: t`Waiting for a worker to take it.` },
  attempting: { tone: "busy", name: t`running`, means: t`A worker is setting the new password and checking it.` },
  confirmed: { tone: "good", name: t`confirmed`, means: t`The resource has the new password: a fresh login with it worked.` },
  failed: { tone: "bad", name: t`failed`, means: t`Nothing was changed: the resource has the password it had.` },
  in_doubt: { tone: "careful", name: t`in doubt`, means: t`It is not known which password the resource has. Both are kept.` },
};

const STEPS: Record<string, string> = {
  requested: t`Asked for`,
  "attempt-begun": t`A worker has begun`,
  connected: t`Connected to the resource`,
  "host-key-checked": t`Host key is the pinned one`,
  "signed-in": t`Signed in with the present password`,
  "handing-over": t`Handing over the new password`,
  taken: t`The resource took the new password`,
  verified: t`A fresh login with it worked`,
  "old-holds": t`The old password still works`,
  "new-holds": t`The new password works`,
  "attempt-failed": t`The attempt failed`,
  "no-login": t`SSH lets it in with no password; su took the new one`,
  "asked-again": t`Somebody asked for another attempt`,
  confirmed: t`Confirmed`,
  failed: t`Given up: nothing was changed`,
  "in-doubt": t`In doubt`,
  settled: t`Settled`,
};

/** What the state means here: a reset that waits may have been tried before. */
export function meaningOf(reset: Pick<Reset, "state" | "steps">): string {
  const tried = reset.state === "open" && reset.steps.some((step) => step.what === "attempt-begun");
  return tried ? t`Waiting for the next attempt.` : STATES[reset.state].means;
}

/** A step that this console does not know yet is shown as it is called. */
export function stepName(what: string): string {
  return STEPS[what] ?? what;
}

export function unfinished(state: ResetState): boolean {
  return state === "open" || state === "attempting";
}

const WITHIN = t`That begins within a minute or so, for two guesses must not follow each other closely.`;

/** What comes of asking for another attempt, by the way in which its resource is changed now. */
export function whatRepairDoes(way: ResetWay | undefined, accountId: string): string {
  if (!way?.login || way.login.id === accountId)
    return t`A worker tries the new password once. If it is refused, it signs in with the old one a good while later and sets the new one. ${WITHIN} If neither opens it, say on the resource's page who else may set its passwords, and repair again.`;
  const login = way.login.name ?? t`An account that you do not see`;
  return t`A worker tries the new password once. If it is refused, ${login} signs in and has it set, whichever holds now. Whoever uses the old one loses it. ${WITHIN}`;
}
