/** Filters kept under a name: each is an event, and its owner's alone. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { readAgain, useRead } from "../api/queries";
import type { SavedFilter } from "../api/shapes";
import { tellRecorded, tellUndoable } from "../kit/told";

const NAMES = new Set(["actor", "object", "topic", "outcome", "from", "to", "q"]);

export function useSavedFilters(): SavedFilter[] {
  const found = useRead(["audit-filters"], (signal) => answer(client.GET("/api/v1/me/audit-filters", { signal })));
  return found.data?.items ?? [];
}

export async function saveFilter(name: string, question: string): Promise<void> {
  const { position } = await answer(client.POST("/api/v1/me/audit-filters", { body: { name, question } }));
  tellRecorded(t`Filter ${name} saved`, position);
  await readAgain("audit-filters");
}

/** Removed, and kept again at a press. */
export async function removeFilter({ id, name, question }: SavedFilter): Promise<void> {
  const { position } = await answer(client.DELETE("/api/v1/me/audit-filters/{filter_id}", { params: { path: { filter_id: id } } }));
  tellUndoable(t`Filter ${name} removed`, position, () => saveFilter(name, question));
  await readAgain("audit-filters");
}

/** The filters in an address, in one order, and nothing else that may stand there. */
export function questionIn(search: string): string {
  const given = [...new URLSearchParams(search)].filter(([name, value]) => NAMES.has(name) && value !== "");
  return new URLSearchParams(given.sort(([one], [other]) => one.localeCompare(other))).toString();
}
