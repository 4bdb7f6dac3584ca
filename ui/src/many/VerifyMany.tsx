/** Having a worker try the vault's password of all accounts that were chosen; each line says what it found. */
import { plural, t } from "@lingui/core/macro";
import { useState } from "react";
import { answer, client } from "../api/client";
import { readAgain } from "../api/queries";
import { EachDialog } from "../kit/EachDialog";
import { Press } from "../kit/Press";
import { found } from "../probes/wait";
import type { Item } from "./chosen";

const NOTHING = {};

export function VerifyMany({ chosen, why }: { chosen: readonly Item[]; why: string | null }) {
  const [opened, setOpened] = useState(false);

  async function verify({ id }: Item): Promise<string> {
    await answer(client.POST("/api/v1/accounts/{account_id}/verification", { params: { path: { account_id: id } }, body: {} }));
    return found(id);
  }

  return (
    <>
      <Press icon="done" why={why} onPress={() => setOpened(true)}>
        {t`Verify`}
      </Press>
      <EachDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={plural({ count: chosen.length }, { one: "Verify the password of # account", other: "Verify the passwords of # accounts" })}
        explain={t`A worker signs in once to each with the vault's password, to the pinned host key only. Nothing is changed; a wrong password may count towards a lockout there.`}
        items={chosen}
        nameOf={({ name }) => name}
        initial={NOTHING}
        act={verify}
        after={() => readAgain("probe")}
        submitLabel={t`Verify all`}
      />
    </>
  );
}
