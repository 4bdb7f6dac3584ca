/** The places of the console, by section. What is not for everybody says which operation it needs. */
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
    label: "Vault",
    places: [
      { label: "Overview", to: paths.home(), icon: "home" },
      { label: "Resources", to: paths.resources(), icon: "server" },
      { label: "Accounts", to: paths.accounts(), icon: "key" },
      { label: "Batches", to: paths.batches(), icon: "renew", needs: "account.reset" },
    ],
  },
  { label: "People", places: [{ label: "Users", to: paths.users(), icon: "people", needs: "user.view" }] },
  {
    label: "Operation",
    places: [
      { label: "Audit trail", to: paths.audit(), icon: "trail", needs: "audit.read" },
      { label: "System", to: paths.system(), icon: "pulse", needs: "system.view" },
      { label: "Alarms", to: paths.alarms(), icon: "warning", needs: "audit.read" },
    ],
  },
  {
    label: "You",
    places: [
      { label: "My sessions", to: paths.sessions(), icon: "clock" },
      { label: "Settings", to: paths.settings(), icon: "settings" },
    ],
  },
];

/** Whether `pathname` is that place or something below it; home has nothing below it. */
export function isHere(place: string, pathname: string): boolean {
  return pathname === place || (place !== "/" && pathname.startsWith(`${place}/`));
}
