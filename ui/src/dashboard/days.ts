/** The kinds of event that the first page counts, and how its days are called. */
import { t } from "@lingui/core/macro";
import type { Activity } from "../api/shapes";
import type { Series } from "../kit/bars";
import { region } from "../kit/language";

type Day = Activity["days"][number];

export const KINDS: readonly { name: string; field: Exclude<keyof Day, "day"> }[] = [
  { name: t`Passwords shown`, field: "disclosed" },
  { name: t`Passwords changed`, field: "changed" },
  { name: t`Refused`, field: "refused" },
  { name: t`Other events`, field: "other" },
];

export function seriesOf(days: readonly Day[]): Series[] {
  return KINDS.map(({ name, field }) => ({ name, values: days.map((day) => day[field]) }));
}

const NAME = new Intl.DateTimeFormat(region(), { day: "numeric", month: "short", timeZone: "UTC" });

/** A day is one of UTC, wherever the reader is. */
export function dayName(day: string): string {
  return NAME.format(new Date(t`${day}T00:00:00Z`));
}
