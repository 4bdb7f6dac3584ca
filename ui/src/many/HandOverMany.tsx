/** Handing all resources that were chosen over to another owner: each by itself, done or refused. */
import { plural, t } from "@lingui/core/macro";
import { Text } from "@mantine/core";
import { useState } from "react";
import { readAccess } from "../access/calls";
import { PersonField, picked } from "../access/PersonField";
import { answer, client, ifMatch } from "../api/client";
import { readAgain } from "../api/queries";
import type { Resource } from "../api/shapes";
import { EachDialog } from "../kit/EachDialog";
import { Press } from "../kit/Press";

const EMPTY = { user_id: "" };

export function HandOverMany({ chosen, why }: { chosen: readonly Resource[]; why: string | null }) {
  const [opened, setOpened] = useState(false);
  const held = chosen.reduce((sum, each) => sum + each.accounts, 0);

  async function handOver({ id }: Resource, user_id: string): Promise<string> {
    const { version } = await readAccess({ shared: "resource", id });
    const { position } = await answer(client.PUT("/api/v1/resources/{resource_id}/owner", { params: { path: { resource_id: id } }, body: { user_id }, headers: ifMatch(version) }));
    return t`Recorded at position ${position}.`;
  }

  return (
    <>
      <Press why={why} onPress={() => setOpened(true)}>
        {t`Hand over`}
      </Press>
      <EachDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={plural({ count: chosen.length }, { one: "Hand over # resource", other: "Hand over # resources" })}
        explain={t`With them go ${plural({ held: held }, { one: "# account", other: "# accounts" })}. The new owner decides who has access; neither they nor you keep a share: what you need of it, they share with you. All other shares stay.`}
        items={chosen}
        nameOf={({ name }) => name}
        initial={EMPTY}
        check={({ user_id }) => picked(user_id)}
        act={(resource, { user_id }) => handOver(resource, user_id)}
        after={() => readAgain("resource", "access", "account")}
        submitLabel={t`Hand over all`}
        danger
        consequence={() => <Text size="sm">{t`You lose sight of each at the moment it is handed over, and cannot take it back yourself.`}</Text>}
      >
        {(form) => <PersonField label={t`New owner`} required onChange={(id) => form.setFieldValue("user_id", id ?? "")} error={form.errors.user_id} path="user_id" />}
      </EachDialog>
    </>
  );
}
