/** Keeping the thing on this page at hand, or no longer. */
import { t } from "@lingui/core/macro";
import { useAction } from "../kit/useAction";
import { Press } from "../kit/Press";
import { tellTrouble } from "../kit/told";
import type { Kept } from "../api/shapes";
import { star, unstar, useAtHand } from "./calls";

export function StarButton({ kind, id, name }: { kind: Kept["kind"]; id: string; name: string }) {
  const { data } = useAtHand();
  const kept = data?.favourites.some((each) => each.id === id) ?? false;
  const { run, busy } = useAction(() => (kept ? unstar(kind, id, name) : star(kind, id)).catch((thrown: unknown) => tellTrouble(kept ? t`${name} was not taken away` : t`${name} was not kept`, thrown)));
  return (
    <Press icon="star" loading={busy} onPress={() => void run()} label={kept ? t`Favourite: take ${name} away` : t`Add to favourites: ${name}`}>
      {kept ? t`Favourite` : t`Add to favourites`}
    </Press>
  );
}
