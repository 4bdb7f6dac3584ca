/** The levels of a share, in words. */
import { t } from "@lingui/core/macro";
import type { Level } from "../api/shapes";

export const LEVEL_NAMES: Record<Level | "OWNER", string> = {
  VIEW: t`View`,
  MODIFY: t`Modify`,
  MANAGE: t`Manage`,
  OWNER: t`Owner`,
};

const MEANINGS: Record<Level, string> = {
  VIEW: t`View: see it and show its passwords`,
  MODIFY: t`Modify: also change and reset passwords`,
  MANAGE: t`Manage: also edit, add accounts and share`,
};

export type Shared = "resource" | "account";

/** Sharing goes on from resources only: an account can be given for viewing and modifying. */
export function levelChoices(shared: Shared): { value: Level; label: string }[] {
  const levels: Level[] = shared === "resource" ? ["VIEW", "MODIFY", "MANAGE"] : ["VIEW", "MODIFY"];
  return levels.map((value) => ({ value, label: MEANINGS[value] }));
}
