/** What was recorded, said once in the corner; what failed stays there until somebody has read it. */
import { t } from "@lingui/core/macro";
import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { problemOf } from "../api/problems";
import { region } from "./language";

const NUMBER = new Intl.NumberFormat(region());
const TO_THINK_MS = 15_000;

export function tellRecorded(what: string, position: number): void {
  notifications.show({ title: what, message: recorded(position), color: "accent" });
}

export function tell(title: string, message: string): void {
  notifications.show({ title, message, color: "accent" });
}

/** Stays long enough to think; what undoes it is recorded like everything else, and says so when it fails. */
export function tellUndoable(what: string, position: number, undo: () => Promise<unknown>): void {
  const id = crypto.randomUUID();
  const back = () => {
    notifications.hide(id);
    undo().catch((thrown: unknown) => tellTrouble(t`Not undone: ${what}`, thrown));
  };
  const message = (
    <Group justify="space-between" gap="xs">
      {recorded(position)}
      <Button size="xs" variant="default" onClick={back} aria-label={t`Undo: ${what}`}>
        {t`Undo`}
      </Button>
    </Group>
  );
  notifications.show({ id, title: what, message, color: "accent", autoClose: TO_THINK_MS });
}

/** Never goes away by itself. */
export function tellTrouble(what: string, thrown: unknown): void {
  const { title, detail } = problemOf(thrown);
  const message = detail === title ? title : `${title}: ${detail}`;
  notifications.show({ title: what, message, color: "red", autoClose: false, role: "alert" });
}

function recorded(position: number): string {
  return t`Recorded at position ${{ position: NUMBER.format(position) }}.`;
}
