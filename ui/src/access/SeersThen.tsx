/** For auditors: who could see or use an account at a moment of the past, by what, and since which event. */
import { t } from "@lingui/core/macro";
import { Anchor, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { answer, client } from "../api/client";
import { useRead } from "../api/queries";
import type { Seer } from "../api/shapes";
import { PositionNumber } from "../audit/words";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment } from "../kit/Moment";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useCurrent } from "../sessions/session";
import { LEVEL_NAMES } from "./levels";
import { GROUNDS } from "./words";

const COULD: Record<Seer["may"][number], string> = {
  "account.view": t`see it`,
  "account.disclose": t`be shown its password`,
  "account.change": t`change it`,
  "account.reset": t`reset it`,
  "access.change": t`share it`,
};

export function SeersThen({ accountId }: { accountId: string }) {
  const [typed, setTyped] = useState(now);
  const [asked, setAsked] = useState<string | null>(null);
  if (!useCurrent().user.operations.includes("audit.read")) return null;
  return (
    <Card title={t`Who could see this account then`} flush>
      <Group align="end" p="md">
        <TextInput type="datetime-local" label={t`At`} description={t`By your clock. That you asked is recorded.`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Press icon="search" why={Number.isNaN(Date.parse(typed)) ? t`Choose a day and a time.` : null} onPress={() => setAsked(new Date(typed).toISOString())}>
          {t`Show`}
        </Press>
      </Group>
      {asked !== null && <Seers accountId={accountId} at={asked} />}
    </Card>
  );
}

function Seers({ accountId, at }: { accountId: string; at: string }) {
  const { data, error, refetch } = useRead(["seers", accountId, at], (signal) => answer(client.GET("/api/v1/accounts/{account_id}/seers", { params: { path: { account_id: accountId }, query: { at } }, signal })));
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  return (
    <>
      {data && (
        <Text size="sm" c="dimmed" px="md" pb="sm">
          {t`As of position`} <PositionNumber position={data.position} />, <Moment at={data.recorded_at} />
        </Text>
      )}
      <DataTable caption={t`Who could see it then`} columns={COLUMNS} rows={data?.items ?? []} rowKey={({ user }) => user.id} loading={!data} empty={<Empty title={t`Nobody`}>{t`Nobody could see it then.`}</Empty>} />
    </>
  );
}

const COLUMNS: Column<Seer>[] = [
  { name: t`Who`, long: true, cell: ({ user }) => user.username },
  { name: t`Level`, cell: ({ level }) => (level === "OWNER" ? t`Owner` : LEVEL_NAMES[level]) },
  { name: t`Why`, long: true, cell: ({ ground }) => GROUNDS[ground] },
  { name: t`Could`, long: true, cell: ({ may }) => may.map((each) => COULD[each]).join(", ") },
  {
    name: t`Since`,
    cell: ({ since }) => (
      <Anchor component={Link} to={paths.auditEntry(since, "")} size="sm">
        <PositionNumber position={since} />
      </Anchor>
    ),
  },
  { name: t`Until`, cell: ({ until }) => <Moment at={until} never={t`taken back`} /> },
];

/** What the input wants: local, to the minute. */
function now(): string {
  const moment = new Date();
  moment.setMinutes(moment.getMinutes() - moment.getTimezoneOffset());
  return moment.toISOString().slice(0, 16);
}
