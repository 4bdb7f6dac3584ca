/** The accounts of one resource. */
import { t } from "@lingui/core/macro";
import { Group, Stack } from "@mantine/core";
import type { Resource } from "../api/shapes";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { whyNot } from "../access/why";
import { AddAccount } from "./AddAccount";
import { useResourceAccounts } from "./calls";
import { ACCOUNT, DETAILS } from "./columns";

const COLUMNS = [ACCOUNT, ...DETAILS];

export function ResourceAccounts({ resource }: { resource: Resource }) {
  const next = whyNot(resource.may, "account.add") ? t`None of its accounts has been shared with you.` : t`Add the first one: its user name and the password it has now.`;
  return (
    <Stack gap="sm">
      <Group justify="flex-end">
        <AddAccount resource={resource} />
      </Group>
      <Listed caption={t`Accounts of ${{ resource: resource.name }}`} listing={useResourceAccounts(resource.id)} columns={COLUMNS} rowKey={(row) => row.id} empty={<Empty title={t`No accounts yet`}>{next}</Empty>} />
    </Stack>
  );
}
