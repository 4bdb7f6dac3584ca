/** The accounts of one resource. */
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
  const next = whyNot(resource.may, "account.add") ? "None of its accounts has been shared with you." : "Add the first one: its user name and the password it has now.";
  return (
    <Stack gap="sm">
      <Group justify="flex-end">
        <AddAccount resource={resource} />
      </Group>
      <Listed caption={`Accounts of ${resource.name}`} listing={useResourceAccounts(resource.id)} columns={COLUMNS} rowKey={(row) => row.id} empty={<Empty title="No accounts yet">{next}</Empty>} />
    </Stack>
  );
}
