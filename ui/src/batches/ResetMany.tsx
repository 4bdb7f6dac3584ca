/** Asking for the resets of all accounts that were chosen in a list. */
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { Press } from "../kit/Press";
import { ResetDialog } from "./ResetDialog";

export const MOST = 500;

export function ResetMany({ chosen }: { chosen: readonly Account[] }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Press icon="renew" why={whyNotMany(chosen)} onPress={() => setOpened(true)}>
        Reset passwords
      </Press>
      <ResetDialog accountIds={chosen.map(({ id }) => id)} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

function whyNotMany(chosen: readonly Account[]): string | null {
  if (chosen.length === 0) return "Choose accounts first.";
  if (chosen.length > MOST) return `Choose at most ${MOST} accounts.`;
  const barred = chosen.find(({ may }) => whyNot(may, "account.reset") !== null);
  return barred ? `You may not reset ${barred.username} on ${barred.resource.name}.` : null;
}
