/** Taking back what somebody has of all that were chosen: each by itself, done or refused. */
import { plural, t } from "@lingui/core/macro";
import { useState } from "react";
import { remove, type Thing } from "../access/calls";
import { PersonField, picked } from "../access/PersonField";
import { readAgain } from "../api/queries";
import { EachDialog } from "../kit/EachDialog";
import { Press } from "../kit/Press";
import type { Chosen } from "./chosen";
import { noShare } from "./explained";
import { SumBox } from "./SumBox";

const EXPLAIN: Record<Chosen["shared"], string> = {
  resource: t`It takes back the shares of these very resources, at once, on pages that are open too. What they have by shares of single accounts stays.`,
  account: t`It takes back the shares of these very accounts, at once, on pages that are open too. What they have by a resource stays.`,
};
const EMPTY = { user_id: "" };

export function TakeMany({ chosen, shared, why }: Chosen) {
  const [opened, setOpened] = useState(false);
  const things = chosen.map(({ id }): Thing => ({ shared, id }));
  return (
    <>
      <Press why={why} onPress={() => setOpened(true)}>
        {t`Remove shares`}
      </Press>
      <EachDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={(shared === "resource" ? plural({ count: chosen.length }, { one: "Remove somebody’s shares of # resource", other: "Remove somebody’s shares of # resources" }) : plural({ count: chosen.length }, { one: "Remove somebody’s shares of # account", other: "Remove somebody’s shares of # accounts" }))}
        explain={EXPLAIN[shared]}
        items={chosen}
        nameOf={({ name }) => name}
        initial={EMPTY}
        check={({ user_id }) => picked(user_id)}
        act={async ({ id }, { user_id }) => t`Recorded at position ${{ position: (await remove({ shared, id }, user_id).catch(noShare)).position }}.`}
        after={() => readAgain("access", "account", "resource")}
        submitLabel={t`Remove shares`}
        danger
        consequence={({ user_id }) => <SumBox things={things} userId={user_id} wanted={null} />}
      >
        {(form) => <PersonField label={t`Whose`} required onChange={(id) => form.setFieldValue("user_id", id ?? "")} error={form.errors.user_id} path="user_id" />}
      </EachDialog>
    </>
  );
}
