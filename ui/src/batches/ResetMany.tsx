/** Asking for the resets of all accounts that were chosen in a list. */
import { t } from "@lingui/core/macro";
import { useState } from "react";
import type { Account } from "../api/shapes";
import { Press } from "../kit/Press";
import { ResetDialog } from "./ResetDialog";

export function ResetMany({ chosen, why }: { chosen: readonly Account[]; why: string | null }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Press icon="renew" why={why} onPress={() => setOpened(true)}>
        {t`Reset passwords`}
      </Press>
      <ResetDialog accountIds={chosen.map(({ id }) => id)} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}
