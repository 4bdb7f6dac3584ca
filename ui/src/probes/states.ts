/** Looks at resources, in words. */
import { t } from "@lingui/core/macro";
import type { Probe } from "../api/shapes";
import type { Tone } from "../kit/Sign";

type Outcome = NonNullable<Probe["outcome"]>;
type Stage = Probe["findings"][number]["stage"];

const OUTCOMES: Record<Outcome, { tone: Tone; name: string; means: string }> = {
  shown: { tone: "good", name: t`key seen`, means: t`The resource showed a host key. It is trusted only once you have compared and pinned it.` },
  opened: { tone: "good", name: t`verified`, means: t`The resource let the account in with the vault's password.` },
  refused: { tone: "bad", name: t`out of sync`, means: t`The resource refused the vault's password.` },
  unknown: { tone: "careful", name: t`no answer`, means: t`The look did not come far enough to tell.` },
};

export const STAGES: Record<Stage, string> = {
  way: t`Way over the jump hosts`,
  name: t`Name resolves`,
  connection: t`Port answers`,
  ssh: t`SSH answers`,
  "host-key": t`Host key`,
  login: t`Login`,
};

export function unfinished({ state }: Pick<Probe, "state">): boolean {
  return state === "waiting" || state === "running";
}

export function saidOf({ state, outcome }: Pick<Probe, "state" | "outcome">): { tone: Tone; name: string; means: string } {
  if (outcome) return OUTCOMES[outcome];
  return state === "running"
    ? { tone: "busy", name: t`running`, means: t`A worker is looking.` }
    : { tone: "busy", name: t`waiting`, means: t`Waiting for a worker to take it.` };
}
