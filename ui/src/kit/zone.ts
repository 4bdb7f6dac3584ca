/** In which time zone moments are shown and typed: the browser's, or UTC as they are recorded. */
import { createStore } from "./store";

export type Zone = "browser" | "UTC";

export const zone = createStore<Zone>("browser");

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** For inputs, which do not name it themselves. */
export function zoneName(): string {
  return zone.get() === "UTC" ? "UTC" : browserZone();
}
