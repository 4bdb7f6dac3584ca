/** Reading and changing how the vault is set. */
import { t } from "@lingui/core/macro";
import { answer, client, ifMatch } from "../api/client";
import { readAgain, useRead } from "../api/queries";
import type { SettingsInForce } from "../api/shapes";
import { tellRecorded } from "../kit/told";

export function useSettings() {
  return useRead<SettingsInForce>(["settings"], (signal) => answer(client.GET("/api/v1/settings", { signal })));
}

export async function changeRules(rules: SettingsInForce["rules"], reason: string, version: number): Promise<void> {
  const { position } = await answer(client.PUT("/api/v1/settings/rules", { body: { ...rules, reason }, headers: ifMatch(version) }));
  tellRecorded(t`The rules are changed`, position);
  await readAgain("settings");
}

export async function changePolicy(policy: SettingsInForce["policy"], reason: string, version: number): Promise<void> {
  const { position } = await answer(client.PUT("/api/v1/settings/password-policy", { body: { ...policy, reason }, headers: ifMatch(version) }));
  tellRecorded(t`New passwords are made by other rules`, position);
  await readAgain("settings");
}
