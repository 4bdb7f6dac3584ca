/** A moment in the reader's time zone and way of writing it, with the second and the exact UTC at hand. */
import { t } from "@lingui/core/macro";
import { Tooltip } from "@mantine/core";
import { region } from "./language";
import { useStore } from "./store";
import { zone, type Zone } from "./zone";

const SHORT: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
const LONG: Intl.DateTimeFormatOptions = { dateStyle: "full", timeStyle: "long" };
const IN: Record<Zone, { readable: Intl.DateTimeFormat; exact: Intl.DateTimeFormat }> = {
  browser: { readable: new Intl.DateTimeFormat(region(), SHORT), exact: new Intl.DateTimeFormat(region(), LONG) },
  UTC: { readable: new Intl.DateTimeFormat(region(), { ...SHORT, timeZone: "UTC" }), exact: new Intl.DateTimeFormat(region(), { ...LONG, timeZone: "UTC" }) },
};

/** In UTC the zone is named, so that nobody takes it for his own. */
export function readable(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.valueOf())) return at;
  return zone.get() === "UTC" ? t`${{ date: IN.UTC.readable.format(date) }} UTC` : IN.browser.readable.format(date);
}

/** To the second, with the name of the zone, and in UTC as it was recorded. */
export function exact(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.valueOf()) ? at : t`${{ date: IN[zone.get()].exact.format(date) }} · ${at} (UTC)`;
}

export function Moment({ at, never = t`never` }: { at: string | null | undefined; never?: string }) {
  useStore(zone);
  if (!at) return <span>{never}</span>;
  return (
    <Tooltip label={exact(at)} openDelay={300}>
      <time dateTime={at}>{readable(at)}</time>
    </Tooltip>
  );
}

/** What a `datetime-local` input holds, in the reader's time zone, as the UTC that the API takes. */
export function toUtc(local: string): string | undefined {
  const date = new Date(zone.get() === "UTC" ? `${local}Z` : local);
  return local === "" || Number.isNaN(date.valueOf()) ? undefined : date.toISOString().replace(".000Z", "Z");
}

const MINUTE = 16;
export const SECOND = 19;

/** The reverse of `toUtc`, to fill the input again: to the minute, unless the input takes seconds. */
export function toLocal(utc: string | null | undefined, precision = MINUTE): string {
  if (!utc) return "";
  const date = new Date(utc);
  if (Number.isNaN(date.valueOf())) return "";
  const off = zone.get() === "UTC" ? 0 : date.getTimezoneOffset();
  return new Date(date.valueOf() - off * 60_000).toISOString().slice(0, precision);
}
