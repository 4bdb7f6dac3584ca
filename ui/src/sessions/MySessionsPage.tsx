/** My sessions, and my own password. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { answer, client } from "../api/client";
import { readAgain } from "../api/queries";
import type { Session } from "../api/shapes";
import { Confirm } from "../kit/Confirm";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { Sign } from "../kit/Sign";
import { tellRecorded } from "../kit/told";
import { OwnPassword } from "./OwnPassword";
import { useSessions } from "./useSessions";

export function Component() {
  const [ending, setEnding] = useState<Session | null>(null);
  return (
    <Page title={t`My sessions`} explain={t`Every browser and program that is signed in as you.`}>
      <Listed
        caption={t`My sessions`}
        listing={useSessions()}
        columns={columns(setEnding)}
        rowKey={(row) => row.id}
        empty={<Empty title={t`No sessions`}>{t`Sign in again to see this one.`}</Empty>}
      />
      <Paper withBorder p="md">
        <Stack align="flex-start" gap="xs">
          <Title order={2} size="h5">
            {t`My password`}
          </Title>
          <Text size="sm" c="dimmed">
            {t`Changing it ends all your other sessions.`}
          </Text>
          <OwnPassword />
        </Stack>
      </Paper>
      <Confirm opened={ending !== null} onClose={() => setEnding(null)} title={t`End this session`} confirmLabel={t`End session`} act={() => end(ending)}>
        <Trans>Whoever uses it must sign in again. The session started <Moment at={ending?.started_at} />.</Trans>
      </Confirm>
    </Page>
  );
}

async function end(session: Session | null): Promise<void> {
  if (!session) return;
  const done = await answer(client.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: session.id } } }));
  tellRecorded(t`Session ended`, done.position);
  await readAgain("session");
}

function columns(end: (session: Session) => void): Column<Session>[] {
  return [
    { name: t`Started`, cell: (row) => <Moment at={row.started_at} /> },
    { name: t`Last used`, cell: (row) => <Moment at={row.last_used_at} /> },
    { name: t`Ends at the latest`, cell: (row) => <Moment at={row.ends_at} /> },
    { name: t`Address`, cell: (row) => row.address ?? t`unknown` },
    { name: t`Program`, long: true, cell: (row) => row.agent ?? t`unknown` },
    {
      name: t`Actions`,
      silent: true,
      cell: (row) =>
        row.current ? (
          <Sign tone="good">{t`this one`}</Sign>
        ) : (
          <Press size="xs" onPress={() => end(row)} label={row.address ? t`End the session from ${{ address: row.address }}` : t`End the session from an unknown address`}>
            {t`End`}
          </Press>
        ),
    },
  ];
}
