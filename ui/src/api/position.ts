/** The last position this console caused or heard of, so that its reads are never older than that. */
export const POSITION = "Strongroom-Position";
export const AT_LEAST = "Strongroom-At-Least";

let known = 0;

/** Anything but a higher whole number changes nothing. */
export function notePosition(position: number | string | null): void {
  const value = position === null || position === "" ? NaN : Number(position);
  if (Number.isSafeInteger(value) && value > known) known = value;
}

export function knownPosition(): number {
  return known;
}

export function forgetPosition(): void {
  known = 0;
}

/** Asks a read to wait for what we know of; nothing known, nothing asked. */
export function atLeast(): Record<string, string> {
  return known > 0 ? { [AT_LEAST]: String(known) } : {};
}
