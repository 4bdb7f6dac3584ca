/** The levels of a share, in words. */
import type { Level } from "../api/shapes";

export const LEVEL_NAMES: Record<Level | "OWNER", string> = {
  VIEW: "View",
  MODIFY: "Modify",
  MANAGE: "Manage",
  OWNER: "Owner",
};

const MEANINGS: Record<Level, string> = {
  VIEW: "View: see it and show its passwords",
  MODIFY: "Modify: also change and reset passwords",
  MANAGE: "Manage: also edit, add accounts and share",
};

export type Shared = "resource" | "account";

/** Sharing goes on from resources only: an account can be given for viewing and modifying. */
export function levelChoices(shared: Shared): { value: Level; label: string }[] {
  const levels: Level[] = shared === "resource" ? ["VIEW", "MODIFY", "MANAGE"] : ["VIEW", "MODIFY"];
  return levels.map((value) => ({ value, label: MEANINGS[value] }));
}
