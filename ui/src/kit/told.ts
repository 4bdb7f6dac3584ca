/** What was recorded, said once in the corner. */
import { notifications } from "@mantine/notifications";

const NUMBER = new Intl.NumberFormat();

export function tellRecorded(what: string, position: number): void {
  notifications.show({ title: what, message: `Recorded at position ${NUMBER.format(position)}.`, color: "accent" });
}

export function tell(title: string, message: string): void {
  notifications.show({ title, message, color: "accent" });
}
