/** What somebody has chosen for himself: kept in this browser under his id, and put in force wherever it counts. */
import { pageSize } from "../api/queries";
import { shownSeconds } from "../disclosures/disclosure";
import { createStore } from "../kit/store";
import { zone, type Zone } from "../kit/zone";

export interface Mine {
  zone: Zone;
  page: number;
  seconds: number;
  keys: boolean;
}

export const CHOICES: { [K in keyof Mine]: readonly Mine[K][] } = {
  zone: ["browser", "UTC"],
  page: [25, 50, 100, 200],
  seconds: [3, 5, 10],
  keys: [true, false],
};

export const DEFAULTS: Mine = { zone: "browser", page: 50, seconds: 10, keys: true };

export const mine = createStore<Mine>(DEFAULTS);

/** For whoever has just signed in; nothing of the one before stays in force. */
export function loadMine(userId: string): void {
  enforce(parsed(kept().getItem(place(userId))));
}

export function choose(userId: string, change: Partial<Mine>): void {
  const wanted = { ...mine.get(), ...change };
  enforce(wanted);
  kept().setItem(place(userId), JSON.stringify(wanted));
}

/** What was kept, as far as it is one of the choices: anybody can write into a browser's storage. */
export function parsed(text: string | null): Mine {
  const found = record(text);
  const one = <K extends keyof Mine>(name: K): Mine[K] => CHOICES[name].find((choice) => choice === found[name]) ?? DEFAULTS[name];
  return { zone: one("zone"), page: one("page"), seconds: one("seconds"), keys: one("keys") };
}

function enforce(wanted: Mine): void {
  mine.set(wanted);
  zone.set(wanted.zone);
  pageSize.set(wanted.page);
  shownSeconds.set(wanted.seconds);
}

function record(text: string | null): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
}

function place(userId: string): string {
  return `strongroom-mine-${userId}`;
}

function kept(): Storage {
  // eslint-disable-next-line no-restricted-globals -- four choices of how things look, and never anything of the vault
  return localStorage;
}
