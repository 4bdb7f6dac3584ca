/** Moving an account to another resource; who gains and who loses sight of it is said before. */
import { t } from "@lingui/core/macro";
import { List, Text } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "../access/calls";
import { whyNot } from "../access/why";
import { readAgain } from "../api/queries";
import type { Account } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { pickedResource, ResourceField } from "../resources/ResourceField";
import { moveAccount } from "./calls";
import { type Sight, sightOf } from "./sight";

const EMPTY = { resource_id: "" };
const BUSY = t`A reset of it is not over: until then it stays where it is.`;
const STAYS = t`Its past passwords stay with it, and so does who has a share of the account itself. On the systems nothing is changed.`;

export function MoveAccount({ account }: { account: Account }) {
  const [opened, setOpened] = useState(false);
  const [to, setTo] = useState("");
  const why = whyNot(account.may, "account.edit") ?? (account.reset_state === "none" ? null : BUSY);
  const close = () => {
    setOpened(false);
    setTo("");
  };
  return (
    <>
      <Press why={why} onPress={() => setOpened(true)}>
        {t`Move`}
      </Press>
      <FormDialog
        opened={opened}
        onClose={close}
        title={t`Move ${{ username: account.username }} to another resource`}
        explain={STAYS}
        initial={EMPTY}
        submit={({ resource_id }) => moveAccount(account, pickedResource(resource_id))}
        submitLabel={t`Move`}
        danger
        reload={() => void readAgain("account").then(close)}
      >
        {(form) => {
          const pick = (id: string | null) => {
            form.setFieldValue("resource_id", id ?? "");
            setTo(id ?? "");
          };
          return (
            <>
              <ResourceField label={t`To`} required except={account.resource.id} onChange={pick} error={form.errors.resource_id} />
              <Consequence account={account} to={to} />
            </>
          );
        }}
      </FormDialog>
    </>
  );
}

function Consequence({ account, to }: { account: Account; to: string }) {
  const own = useAccess({ shared: "account", id: account.id }, true);
  const here = useAccess({ shared: "resource", id: account.resource.id }, true);
  const there = useAccess({ shared: "resource", id: to }, to !== "");
  const sight = own.data && here.data && there.data && sightOf(own.data, here.data, there.data);
  return sight ? <Named {...sight} /> : <Text size="sm">{t`Whoever sees it through ${{ resource: account.resource.name }} alone loses sight of it. Whoever has the other resource gains it.`}</Text>;
}

function Named({ lose, gain }: Sight) {
  return (
    <List size="sm" aria-label={t`What follows`}>
      <List.Item>{lose.length ? t`Loses sight of it: ${{ lose: lose.join(", ") }}.` : t`Nobody loses sight of it.`}</List.Item>
      <List.Item>{gain.length ? t`Gains sight of it: ${{ gain: gain.join(", ") }}.` : t`Nobody gains sight of it.`}</List.Item>
    </List>
  );
}
