/** Sharing all that were chosen with somebody: each is a share of its own, done or refused by itself. */
import { plural, t } from "@lingui/core/macro";
import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { put, readAccess, type Thing } from "../access/calls";
import { levelChoices } from "../access/levels";
import { PersonField, picked } from "../access/PersonField";
import { ifMatch } from "../api/client";
import { readAgain } from "../api/queries";
import type { Level } from "../api/shapes";
import { EachDialog } from "../kit/EachDialog";
import { toLocal, toUtc } from "../kit/Moment";
import { Press } from "../kit/Press";
import { zoneName } from "../kit/zone";
import type { Chosen } from "./chosen";
import { SumBox } from "./SumBox";

const EMPTY: { user_id: string; level: Level; until: string } = { user_id: "", level: "VIEW", until: toLocal(null) };

export function ShareMany({ chosen, shared, why }: Chosen) {
  const [opened, setOpened] = useState(false);
  const things = chosen.map(({ id }): Thing => ({ shared, id }));

  async function share(id: string, { user_id, level, until }: typeof EMPTY): Promise<string> {
    const thing: Thing = { shared, id };
    const { version } = await readAccess(thing);
    const { position } = await put(thing, user_id, { level, until: toUtc(until) ?? null }, ifMatch(version));
    return t`Recorded at position ${position}.`;
  }

  return (
    <>
      <Press icon="plus" why={why} onPress={() => setOpened(true)}>
        {t`Share`}
      </Press>
      <EachDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={shared === "resource" ? plural({ count: chosen.length }, { one: "Share # resource", other: "Share # resources" }) : plural({ count: chosen.length }, { one: "Share # account", other: "Share # accounts" })}
        explain={t`Each is shared by itself: one that is refused stops none of the others. A share that is there already is changed.`}
        items={chosen}
        nameOf={({ name }) => name}
        initial={EMPTY}
        check={({ user_id }) => picked(user_id)}
        act={({ id }, values) => share(id, values)}
        after={() => readAgain("access", "account", "resource")}
        submitLabel={t`Share all`}
        consequence={({ user_id, level, until }) => <SumBox things={things} userId={user_id} wanted={{ level, until: toUtc(until) ?? null }} />}
      >
        {(form) => (
          <>
            <PersonField label={t`With`} required onChange={(id) => form.setFieldValue("user_id", id ?? "")} error={form.errors.user_id} path="user_id" />
            <Select label={t`Level`} required data={levelChoices(shared)} {...form.getInputProps("level")} key={form.key("level")} />
            <TextInput type="datetime-local" label={t`Until (optional)`} description={t`In ${{ zoneName: zoneName() }}. Empty: until somebody takes it back. The shares end by themselves.`} {...form.getInputProps("until")} key={form.key("until")} />
          </>
        )}
      </EachDialog>
    </>
  );
}
