/** Waiting for what a worker finds, for lists that tell of many. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { Problem } from "../api/problems";
import type { Probe } from "../api/shapes";
import { saidOf } from "./states";

const EVERY_MS = 1_500;
const PATIENCE = 40;

/** What was found, in words; thrown when the password did not open the account, or nobody has come to look yet. */
export async function found(account_id: string): Promise<string> {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const probe = await answer(client.GET("/api/v1/accounts/{account_id}/verification", { params: { path: { account_id } } }));
    if (probe.outcome) return judged(probe);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return t`Asked for; no worker has come to it yet. Its page tells when one has.`;
}

function judged(probe: Probe): string {
  const { tone, name, means } = saidOf(probe);
  if (tone === "good") return means;
  const last = probe.findings.findLast(({ verdict }) => verdict === "failed");
  const next = last?.next_step ? t`Next: ${{ next_step: last.next_step }}` : "";
  throw new Problem("not-verified", name, 0, [means, last?.words, next].filter(Boolean).join(" "));
}
