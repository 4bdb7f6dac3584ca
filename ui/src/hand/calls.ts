/** What one keeps at hand: favourites, and the accounts one used last. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { readAgain, useRead } from "../api/queries";
import type { Kept } from "../api/shapes";
import { tellUndoable } from "../kit/told";

export function useAtHand() {
  return useRead(["at-hand"], (signal) => answer(client.GET("/api/v1/me/at-hand", { signal })));
}

export async function star(kind: Kept["kind"], object_id: string): Promise<void> {
  await answer(client.POST("/api/v1/me/favourites", { body: { kind, object_id } }));
  await readAgain("at-hand", "account", "resource");
}

/** Taken away, and back again at a press. */
export async function unstar(kind: Kept["kind"], object_id: string, name: string): Promise<void> {
  const { position } = await answer(client.DELETE("/api/v1/me/favourites/{object_id}", { params: { path: { object_id } } }));
  tellUndoable(t`${name} is no favourite any more`, position, () => star(kind, object_id));
  await readAgain("at-hand", "account", "resource");
}
