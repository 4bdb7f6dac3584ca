/** Keeping the thing on this page at hand, or no longer. */
import { useAction } from "../kit/useAction";
import { Press } from "../kit/Press";
import { tellTrouble } from "../kit/told";
import type { Kept } from "../api/shapes";
import { star, unstar, useAtHand } from "./calls";

export function StarButton({ kind, id, name }: { kind: Kept["kind"]; id: string; name: string }) {
  const { data } = useAtHand();
  const kept = data?.favourites.some((each) => each.id === id) ?? false;
  const { run, busy } = useAction(() => (kept ? unstar(kind, id, name) : star(kind, id)).catch((thrown: unknown) => tellTrouble(`${name} was not ${kept ? "taken away" : "kept"}`, thrown)));
  return (
    <Press icon="star" loading={busy} onPress={() => void run()} label={kept ? `Favourite: take ${name} away` : `Add to favourites: ${name}`}>
      {kept ? "Favourite" : "Add to favourites"}
    </Press>
  );
}
