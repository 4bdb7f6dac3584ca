/** My sessions, and my own password. */
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
    <Page title="My sessions" explain="Every browser and program that is signed in as you.">
      <Listed
        caption="My sessions"
        listing={useSessions()}
        columns={columns(setEnding)}
        rowKey={(row) => row.id}
        empty={<Empty title="No sessions">Sign in again to see this one.</Empty>}
      />
      <Paper withBorder p="md">
        <Stack align="flex-start" gap="xs">
          <Title order={2} size="h5">
            My password
          </Title>
          <Text size="sm" c="dimmed">
            Changing it ends all your other sessions.
          </Text>
          <OwnPassword />
        </Stack>
      </Paper>
      <Confirm opened={ending !== null} onClose={() => setEnding(null)} title="End this session" confirmLabel="End session" act={() => end(ending)}>
        Whoever uses it must sign in again. The session started <Moment at={ending?.started_at} />.
      </Confirm>
    </Page>
  );
}

async function end(session: Session | null): Promise<void> {
  if (!session) return;
  const done = await answer(client.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: session.id } } }));
  tellRecorded("Session ended", done.position);
  await readAgain("session");
}

function columns(end: (session: Session) => void): Column<Session>[] {
  return [
    { name: "Started", cell: (row) => <Moment at={row.started_at} /> },
    { name: "Last used", cell: (row) => <Moment at={row.last_used_at} /> },
    { name: "Ends at the latest", cell: (row) => <Moment at={row.ends_at} /> },
    { name: "Address", cell: (row) => row.address ?? "unknown" },
    { name: "Program", long: true, cell: (row) => row.agent ?? "unknown" },
    {
      name: "Actions",
      silent: true,
      cell: (row) =>
        row.current ? (
          <Sign tone="good">this one</Sign>
        ) : (
          <Press size="xs" onPress={() => end(row)} label={`End the session from ${row.address ?? "an unknown address"}`}>
            End
          </Press>
        ),
    },
  ];
}
