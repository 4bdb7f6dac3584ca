/** A moment in the reader's own time zone and way of writing it, with the second and the exact UTC at hand. */
import { t } from "@lingui/core/macro";
import { Tooltip } from "@mantine/core";
import { region } from "./language";

const READABLE = new Intl.DateTimeFormat(region(), { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat(region(), { dateStyle: "full", timeStyle: "long" });

export function readable(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.valueOf()) ? at : READABLE.format(date);
}

/** To the second, with the name of the zone, and in UTC as it was recorded. */
export function exact(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.valueOf()) ? at : t`${{ date: EXACT.format(date) }} · ${at} (UTC)`;
}

export function Moment({ at, never = "never" }: { at: string | null | undefined; never?: string }) {
  if (!at) return <span>{never}</span>;
  return (
    <Tooltip label={exact(at)} openDelay={300}>
      <time dateTime={at}>{readable(at)}</time>
    </Tooltip>
  );
}

/** What a `datetime-local` input holds, in the reader's time zone, as the UTC that the API takes. */
export function toUtc(local: string): string | undefined {
  const date = new Date(local);
  return local === "" || Number.isNaN(date.valueOf()) ? undefined : date.toISOString().replace(".000Z", "Z");
}

/** The reverse of `toUtc`, to fill the input again. */
export function toLocal(utc: string | null | undefined): string {
  if (!utc) return "";
  const date = new Date(utc);
  if (Number.isNaN(date.valueOf())) return "";
  return new Date(date.valueOf() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
