/** Taking a share back: what that changes is said before, and what its holder has seen can be reset right after. */
import { t } from "@lingui/core/macro";
import { useState } from "react";
import type { Consequence, Grant } from "../api/shapes";
import { ResetDialog } from "../batches/ResetDialog";
import { Confirm } from "../kit/Confirm";
import { useMay } from "../sessions/session";
import { readConsequence, take, type Thing } from "./calls";
import { Explained } from "./Explained";

interface TakingProps {
  thing: Thing;
  /** The share that is to go; none, nothing is asked. */
  grant: Grant | null;
  onClose: () => void;
}

export function Taking({ thing, grant, onClose }: TakingProps) {
  const [seen, setSeen] = useState<{ name: string; known: NonNullable<Consequence["known"]> } | null>(null);
  const resets = useMay("account.reset");

  async function act(taken: Grant) {
    const { known } = await readConsequence(thing, taken.subject.id, null);
    await take(thing, taken);
    if (resets && known && known.length > 0) setSeen({ name: taken.subject.name, known });
  }

  return (
    <>
      <Confirm opened={grant !== null} onClose={onClose} title={t`Remove the share of ${{ subject: grant?.subject.name ?? "" }}`} confirmLabel={t`Remove share`} act={() => (grant ? act(grant) : Promise.resolve())}>
        {grant && <Explained thing={thing} userId={grant.subject.id} wanted={null} />}
      </Confirm>
      <ResetDialog
        key={seen?.name}
        accountIds={seen?.known.map(({ account_id }) => account_id) ?? []}
        opened={seen !== null}
        onClose={() => setSeen(null)}
        explain={t`The share is gone. ${{ name: seen?.name ?? "" }} has seen these passwords since they were set: ${{ known: names(seen?.known ?? []) }}.`}
        reason={t`${{ name: seen?.name ?? "" }} has no share any more`}
      />
    </>
  );
}

function names(known: readonly { username: string }[]): string {
  return known.map(({ username }) => username).join(", ");
}
