/** Looks at resources, in words. */
import type { Probe } from "../api/shapes";
import type { Tone } from "../kit/Sign";

type Outcome = NonNullable<Probe["outcome"]>;
type Stage = Probe["findings"][number]["stage"];

const OUTCOMES: Record<Outcome, { tone: Tone; name: string; means: string }> = {
  shown: { tone: "good", name: "key seen", means: "The resource showed a host key. It is trusted only once you have compared and pinned it." },
  opened: { tone: "good", name: "verified", means: "The resource let the account in with the vault's password." },
  refused: { tone: "bad", name: "out of sync", means: "The resource refused the vault's password." },
  unknown: { tone: "careful", name: "no answer", means: "The look did not come far enough to tell." },
};

export const STAGES: Record<Stage, string> = {
  way: "Way over the jump hosts",
  name: "Name resolves",
  connection: "Port answers",
  ssh: "SSH answers",
  "host-key": "Host key",
  login: "Login",
};

export function unfinished({ state }: Pick<Probe, "state">): boolean {
  return state === "waiting" || state === "running";
}

export function saidOf({ state, outcome }: Pick<Probe, "state" | "outcome">): { tone: Tone; name: string; means: string } {
  if (outcome) return OUTCOMES[outcome];
  return state === "running"
    ? { tone: "busy", name: "running", means: "A worker is looking." }
    : { tone: "busy", name: "waiting", means: "Waiting for a worker to take it." };
}
