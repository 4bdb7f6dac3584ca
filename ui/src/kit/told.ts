/** What was recorded, said once in the corner; what failed stays there until somebody has read it. */
import { t } from "@lingui/core/macro";
import { notifications } from "@mantine/notifications";
import { problemOf } from "../api/problems";
import { region } from "./language";

const NUMBER = new Intl.NumberFormat(region());

export function tellRecorded(what: string, position: number): void {
  notifications.show({ title: what, message: t`Recorded at position ${{ position: NUMBER.format(position) }}.`, color: "accent" });
}

export function tell(title: string, message: string): void {
  notifications.show({ title, message, color: "accent" });
}

/** Never goes away by itself. */
export function tellTrouble(what: string, thrown: unknown): void {
  const { title, detail } = problemOf(thrown);
  const message = detail === title ? title : `${title}: ${detail}`;
  notifications.show({ title: what, message, color: "red", autoClose: false, role: "alert" });
}
