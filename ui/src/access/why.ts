/** Why somebody may not do something, in words; nothing when he may. */
const WHY: Record<string, string> = {
  "resource.add": "Your roles do not include adding resources.",
  "resource.change": "Editing a resource needs Manage on it.",
  "resource.transfer": "Only its owner can hand a resource over.",
  "account.add": "Adding accounts needs Manage on the resource.",
  "account.edit": "Editing an account needs Manage on it.",
  "account.disclose": "You may see this account, but not its password.",
  "account.change": "Changing the password needs Modify on the account.",
  "account.reset": "Resetting the password needs Modify on the account.",
  "access.view": "Seeing who has access needs Manage.",
  "access.change": "Sharing needs Manage.",
  "audit.export": "Your roles do not include exporting the audit trail.",
  "user.add": "Your roles do not include adding users.",
  "user.disable": "Your roles do not include disabling users.",
  "user.roles": "Your roles do not include giving roles.",
  "user.invite": "Your roles do not include inviting users.",
  "settings.change": "Your roles do not include changing how the vault works.",
  "user.sessions-end": "Your roles do not include ending other people's sessions.",
};

export function whyNot(may: readonly string[], operation: string): string | null {
  return may.includes(operation) ? null : (WHY[operation] ?? "You may not do this.");
}
