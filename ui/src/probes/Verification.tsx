/** Whether the vault's password opens the account: asked for here, found out by a worker's login. */
import { t } from "@lingui/core/macro";
import { Group, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { Empty } from "../kit/Empty";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { useAction } from "../kit/useAction";
import { useVerification, verify } from "./calls";
import { Findings } from "./Findings";
import { unfinished } from "./states";

const RUNNING = t`A worker is looking already.`;
const RESETTING = t`A reset of this account has not ended: it tells by itself which password holds.`;

export function Verification({ account }: { account: Account }) {
  const { data, error, refetch } = useVerification(account.id);
  const asking = useAction(() => verify(account.id));
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={120} aria-label={t`Loading`} />;
  const busy = unfinished(data) ? RUNNING : account.reset_state === "none" ? null : RESETTING;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <Text size="sm" c="dimmed" maw="60ch">
            {t`A worker signs in once with the vault's password, to the pinned host key only, and tells how far it came. Nothing is changed.`}
          </Text>
          <Press why={whyNot(account.may, "account.reset") ?? busy} loading={asking.busy} onPress={() => void asking.run()}>
            {t`Verify password`}
          </Press>
        </Group>
        <Trouble failure={asking.failure} />
        {data.state === "none" ? <Empty title={t`Never verified`}>{t`Verify to see whether the password in the vault still opens the account.`}</Empty> : <Findings probe={data} />}
        {data.outcome && data.password_number !== account.password_number && data.password_number > 0 && (
          <Text size="sm">{t`This was about password ${{ password_number: data.password_number }}; the vault holds number ${{ present: account.password_number }} by now.`}</Text>
        )}
      </Stack>
    </Paper>
  );
}
