/** The password an account has now, and what can be done with it. */
import { ph, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { Password } from "../disclosures/Password";
import { Moment } from "../kit/Moment";
import { Repair } from "../resets/Repair";
import { ResetButton } from "../resets/ResetButton";
import { ChangePassword } from "./ChangePassword";
import { ResetSign } from "./columns";

export function CurrentPassword({ account }: { account: Account }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="current-password">
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            <Title order={2} size="h5" id="current-password">
              {t`Password`}
            </Title>
            <ResetSign state={account.reset_state} />
          </Group>
          <Text size="sm" c="dimmed" component="div">
            <Trans>number {ph({ number: account.password_number })}, set <Moment at={account.password_set_at} /></Trans>
          </Text>
        </Group>
        {account.reset_state === "in_doubt" && <Repair account={account} />}
        <Password accountId={account.id} number={account.password_number} of={t`password of ${{ username: account.username }}`} why={whyNot(account.may, "account.disclose")} />
        <Group gap="xs">
          <ResetButton account={account} />
          <ChangePassword account={account} />
        </Group>
      </Stack>
    </Paper>
  );
}
