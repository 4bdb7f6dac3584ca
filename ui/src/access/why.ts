/** Why somebody may not do something, in words; nothing when he may. */
import { t } from "@lingui/core/macro";
const WHY: Record<string, string> = {
  "resource.add": t`Your roles do not include adding resources.`,
  "resource.change": t`Editing a resource needs Manage on it.`,
  "resource.transfer": t`Only its owner can hand a resource over.`,
  "account.add": t`Adding accounts needs Manage on the resource.`,
  "account.edit": t`Editing an account needs Manage on it.`,
  "account.disclose": t`You may see this account, but not its password.`,
  "account.change": t`Changing the password needs Modify on the account.`,
  "account.reset": t`Resetting the password needs Modify on the account.`,
  "access.view": t`Seeing who has access needs Manage.`,
  "access.change": t`Sharing needs Manage.`,
  "audit.export": t`Your roles do not include exporting the audit trail.`,
  "user.add": t`Your roles do not include adding users.`,
  "user.disable": t`Your roles do not include disabling users.`,
  "user.roles": t`Your roles do not include giving roles.`,
  "user.invite": t`Your roles do not include inviting users.`,
  "settings.change": t`Your roles do not include changing how the vault works.`,
  "user.sessions-end": t`Your roles do not include ending other people's sessions.`,
};

export function whyNot(may: readonly string[], operation: string): string | null {
  return may.includes(operation) ? null : (WHY[operation] ?? t`You may not do this.`);
}
