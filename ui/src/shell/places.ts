/** The places of the console, by section. What is not for everybody says which operation it needs. */
import { t } from "@lingui/core/macro";
import type { IconName } from "../kit/icons";
import { paths } from "../paths";

export interface Place {
  label: string;
  to: string;
  icon: IconName;
  needs?: string;
}

export const SECTIONS: readonly { label: string; places: readonly Place[] }[] = [
  {
    label: t`Vault`,
    places: [
      { label: t`Overview`, to: paths.home(), icon: "home" },
      { label: t`Resources`, to: paths.resources(), icon: "server" },
      { label: t`Accounts`, to: paths.accounts(), icon: "key" },
      { label: t`Batches`, to: paths.batches(), icon: "renew", needs: "account.reset" },
    ],
  },
  { label: t`People`, places: [{ label: t`Users`, to: paths.users(), icon: "people", needs: "user.view" }] },
  {
    label: t`Operation`,
    places: [
      { label: t`Audit trail`, to: paths.audit(), icon: "trail", needs: "audit.read" },
      { label: t`System`, to: paths.system(), icon: "pulse", needs: "system.view" },
      { label: t`Alarms`, to: paths.alarms(), icon: "warning", needs: "audit.read" },
      { label: t`SIEM destinations`, to: paths.siem(), icon: "send", needs: "system.view" },
    ],
  },
  {
    label: t`You`,
    places: [
      { label: t`My sessions`, to: paths.sessions(), icon: "clock" },
      { label: t`Settings`, to: paths.settings(), icon: "settings" },
    ],
  },
];

/** Whether `pathname` is that place or something below it; home has nothing below it. */
export function isHere(place: string, pathname: string): boolean {
  return pathname === place || (place !== "/" && pathname.startsWith(`${place}/`));
}
