/** The roles there are now, in words. */
import { t } from "@lingui/core/macro";
export const ROLE_NAMES: Record<string, string> = {
  administrator: t`Administrator`,
  "password-user": t`Password user`,
};

export const ROLE_CHOICES = [
  { value: "administrator", label: t`Administrator: users, resources, audit trail` },
  { value: "password-user", label: t`Password user: what is shared with them` },
];

export function roleNames(roles: readonly string[]): string {
  return roles.map((role) => ROLE_NAMES[role] ?? role).join(", ") || t`none`;
}
