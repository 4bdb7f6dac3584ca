/** What an account has to sign in for others: its SSH key, and whether its password was refused. */
import { ph, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Group, Paper, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Account, Helper } from "../api/shapes";
import { Confirm } from "../kit/Confirm";
import { FormDialog } from "../kit/FormDialog";
import { Icon } from "../kit/icons";
import { Moment } from "../kit/Moment";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { removeKey, tryAgain, useHelper } from "./calls";
import { KeyDialog } from "./KeyDialog";

export function HelperCard({ account }: { account: Account }) {
  const { data, error, refetch } = useHelper(account.id);
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={120} aria-label={t`Loading`} />;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="helper">
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h5" id="helper">
          {t`Signing in for others`}
        </Title>
        <Text size="sm">
          {data.helps ? t`The passwords of ${{ resource: account.resource.name }} are changed by this account.` : t`No other account is changed by this one. The page of its resource says who does that.`}
        </Text>
        {data.refused_at && <Refused account={account} at={data.refused_at} />}
        <SshKey account={account} helper={data} />
      </Stack>
    </Paper>
  );
}

const REASON = { reason: "" };

function Refused({ account, at }: { account: Account; at: string }) {
  const [opened, setOpened] = useState(false);
  return (
    <Alert color="orange" variant="light" icon={<Icon name="warning" />} title={t`The resource refused its password`}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm" component="div">
          <Trans>That was <Moment at={at} />. No reset has tried it since, so that it is not locked. Keep the right one in the vault, or have it tried again.</Trans>
        </Text>
        <Press size="xs" why={whyNot(account.may, "account.reset")} onPress={() => setOpened(true)}>
          {t`Have it tried again`}
        </Press>
      </Stack>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Have the password of ${{ username: account.username }} tried again`}
        explain={t`The next reset that needs it tries it once. If it is refused again, all of them stop again. Make sure that it is right and that the account is not locked.`}
        initial={REASON}
        submit={({ reason }) => tryAgain(account.id, reason)}
        submitLabel={t`Have it tried again`}
      >
        {(form) => <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
      </FormDialog>
    </Alert>
  );
}

function SshKey({ account, helper }: { account: Account; helper: Helper }) {
  const [opened, setOpened] = useState<"set" | "remove" | null>(null);
  const why = whyNot(account.may, "account.change");
  return (
    <>
      {helper.key_fingerprint ? (
        <Text size="sm" component="div">
          <Trans>It signs in with the SSH key <span className="sr-mono">{ph({ key_fingerprint: helper.key_fingerprint })}</span>, set <Moment at={helper.key_set_at} />. The key itself is never shown.</Trans>
        </Text>
      ) : (
        <Text size="sm">{t`It signs in with its password. With an SSH key it would offer no password to sign in.`}</Text>
      )}
      <Group gap="xs">
        <Press size="xs" why={why} onPress={() => setOpened("set")}>
          {helper.key_fingerprint ? t`Replace SSH key` : t`Set SSH key`}
        </Press>
        {helper.key_fingerprint && (
          <Press size="xs" why={why} onPress={() => setOpened("remove")}>
            {t`Remove SSH key`}
          </Press>
        )}
      </Group>
      <KeyDialog account={account} opened={opened === "set"} onClose={() => setOpened(null)} />
      <Confirm opened={opened === "remove"} onClose={() => setOpened(null)} title={t`Remove the SSH key of ${{ username: account.username }}`} confirmLabel={t`Remove SSH key`} act={() => removeKey(account.id)}>
        {t`It signs in with its password from now on. Take the public key out of its authorized_keys yourself.`}
      </Confirm>
    </>
  );
}
