/** Keys that lead somewhere, for whoever likes them: two pressed one after the other, or one. */
import { t } from "@lingui/core/macro";
import { paths } from "../paths";

export interface Shortcut {
  keys: string;
  does: string;
  to: string;
  needs?: string;
}

/** `g`, then a letter. */
const PLACES: readonly Shortcut[] = [
  { keys: "o", does: t`Go to the overview`, to: paths.home() },
  { keys: "r", does: t`Go to the resources`, to: paths.resources() },
  { keys: "a", does: t`Go to the accounts`, to: paths.accounts() },
  { keys: "b", does: t`Go to the batches`, to: paths.batches() },
  { keys: "t", does: t`Go to the audit trail`, to: paths.audit(), needs: "audit.read" },
  { keys: "s", does: t`Go to the settings`, to: paths.settings() },
];

export function placesFor(operations: readonly string[]): Shortcut[] {
  return PLACES.filter(({ needs }) => needs === undefined || operations.includes(needs));
}

/** What a press is meant for, behind the one before; typing into something is meant for nothing here. */
export function meant(before: string, event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "target">, operations: readonly string[]): { to?: string; search?: boolean } | null {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return null;
  if (before === "g") return placesFor(operations).find(({ keys }) => keys === event.key) ?? null;
  return event.key === "/" ? { search: true } : null;
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=slider], [role=listbox]") !== null);
}
