/** What to do about an account in doubt: what a worker will do is said before it is asked for. */
import { t } from "@lingui/core/macro";
import { Alert, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Icon } from "../kit/icons";
import { Press } from "../kit/Press";
import { useResetWay } from "../ways/calls";
import { repair } from "./calls";
import { whatRepairDoes } from "./states";

const EMPTY = { reason: "" };

export function Repair({ account }: { account: Account }) {
  const [opened, setOpened] = useState(false);
  const { data: way } = useResetWay(account.resource.id);
  return (
    <Alert color="orange" variant="light" icon={<Icon name="warning" />} title={t`It is not known which password the resource has now`}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t`The last reset did not end. Both passwords are kept: the one below and the one that was being set. A worker tries again by itself, less and less often.`}</Text>
        <Press size="xs" why={whyNot(account.may, "account.edit")} onPress={() => setOpened(true)}>
          {t`Repair now`}
        </Press>
      </Stack>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Repair ${{ username: account.username }} on ${{ resource: account.resource.name }}`}
        explain={whatRepairDoes(way, account.id)}
        initial={EMPTY}
        submit={(values) => repair(account.id, values)}
        submitLabel={t`Repair now`}
      >
        {(form) => <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
      </FormDialog>
    </Alert>
  );
}
