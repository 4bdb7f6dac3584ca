/** The roles there are now, in words. */
export const ROLE_NAMES: Record<string, string> = {
  administrator: "Administrator",
  "password-user": "Password user",
};

export const ROLE_CHOICES = [
  { value: "administrator", label: "Administrator: users, resources, audit trail" },
  { value: "password-user", label: "Password user: what is shared with them" },
];

export function roleNames(roles: readonly string[]): string {
  return roles.map((role) => ROLE_NAMES[role] ?? role).join(", ") || "none";
}
