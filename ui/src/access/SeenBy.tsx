/** For auditors: the accounts whose password one person was shown and still knows, and their resets in one go. */
import { t } from "@lingui/core/macro";
import { Anchor, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { answer, client } from "../api/client";
import { useRead } from "../api/queries";
import type { SeenAccount } from "../api/shapes";
import { PositionNumber } from "../audit/words";
import { ResetDialog } from "../batches/ResetDialog";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment, toUtc } from "../kit/Moment";
import { Press } from "../kit/Press";
import { useStore } from "../kit/store";
import { Trouble } from "../kit/Trouble";
import { zone, zoneName } from "../kit/zone";
import { paths } from "../paths";
import { useCurrent } from "../sessions/session";

export function SeenBy({ userId, name }: { userId: string; name: string }) {
  useStore(zone);
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  if (!useCurrent().user.operations.includes("audit.read")) return null;
  return (
    <Card title={t`Passwords they were shown that still hold`} flush>
      <Group align="end" p="md">
        <TextInput type="datetime-local" step={1} label={t`As of (optional)`} description={t`In ${{ zoneName: zoneName() }}. Empty: now. That you asked is recorded.`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Press icon="search" onPress={() => setAsked((before) => ({ at: toUtc(typed), times: (before?.times ?? 0) + 1 }))}>
          {t`Show`}
        </Press>
      </Group>
      {asked && <Seen userId={userId} name={name} asked={asked} />}
    </Card>
  );
}

interface Asked {
  at: string | undefined;
  /** Whoever presses again asks again. */
  times: number;
}

function Seen({ userId, name, asked: { at, times } }: { userId: string; name: string; asked: Asked }) {
  const { data, error, refetch } = useRead(["seen", userId, at ?? "", times], (signal) => answer(client.GET("/api/v1/users/{user_id}/seen", { params: { path: { user_id: userId }, query: { at } }, signal })));
  const [resetting, setResetting] = useState(false);
  const may = useCurrent().user.operations.includes("account.reset");
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  const rows = data?.items ?? [];
  const mine = rows.filter((row) => row.may_reset);
  const why = at === undefined ? whyNotAll(rows, mine, may) : t`This is how it stood then: ask without a moment to reset what still holds.`;
  return (
    <>
      {data && (
        <Group px="md" pb="md" justify="space-between">
          <Text size="sm" c="dimmed">
            {t`As of position`} <PositionNumber position={data.position} />, <Moment at={data.recorded_at} />
            {data.more && <> · {t`There are more: these are the last they were shown.`}</>}
          </Text>
          <Press icon="renew" why={why} onPress={() => setResetting(true)}>
            {t`Reset them all`}
          </Press>
        </Group>
      )}
      <DataTable caption={at === undefined ? t`Passwords they were shown that still hold` : t`Passwords they had been shown that held then`} columns={at === undefined ? NOW : THEN} rows={rows} rowKey={(row) => row.account_id} loading={!data} empty={at === undefined ? <Empty title={t`None`}>{t`Whatever they were shown was changed since.`}</Empty> : <Empty title={t`None`}>{t`They knew no password that held then.`}</Empty>} />
      <ResetDialog accountIds={mine.map((row) => row.account_id)} explain={leftOut(rows)} reason={t`${name} was shown it`} opened={resetting} onClose={() => setResetting(false)} />
    </>
  );
}

function whyNotAll(rows: readonly SeenAccount[], mine: readonly SeenAccount[], may: boolean): string | null {
  if (!may) return t`Your roles do not let you reset passwords.`;
  if (rows.length === 0) return t`There is nothing to reset.`;
  return mine.length === 0 ? t`None of them is shared with you at a level that resets.` : null;
}

/** What one press does not reset, by name; whatever else is refused is told by the batch's own page. */
function leftOut(rows: readonly SeenAccount[]): string | null {
  const names = rows.filter((row) => !row.may_reset).map(nameOf);
  return names.length === 0 ? null : t`Not reset, because they are not shared with you at a level that resets: ${{ names: names.join(", ") }}.`;
}

function nameOf({ username, resource }: SeenAccount): string {
  return t`${username} on ${{ resource }}`;
}

const COLUMNS: Column<SeenAccount>[] = [
  {
    name: t`Account`,
    long: true,
    cell: (row) => (
      <Anchor component={Link} to={paths.account(row.account_id)} size="sm">
        {nameOf(row)}
      </Anchor>
    ),
  },
  { name: t`Last shown`, cell: ({ last_at }) => <Moment at={last_at} /> },
  { name: t`By event`, cell: ({ last }) => <Entry position={last} /> },
  { name: t`Times`, cell: ({ times, copied }) => (copied ? t`${times}, copied too` : times) },
  { name: t`Holds since`, cell: ({ changed }) => <Entry position={changed} /> },
];

const NOW: Column<SeenAccount>[] = [...COLUMNS, { name: t`Now`, long: true, cell: ({ level, may_disclose }) => (may_disclose ? t`may be shown it again` : level === null ? t`does not see it any more` : t`sees it, not its password`) }];

/** What he could do with it at the moment that was asked about. */
const THEN: Column<SeenAccount>[] = [...COLUMNS, { name: t`At that moment`, long: true, cell: ({ level, may_disclose }) => (may_disclose ? t`could be shown it again` : level === null ? t`did not see it any more` : t`saw it, not its password`) }];

function Entry({ position }: { position: number }) {
  return (
    <Anchor component={Link} to={paths.auditEntry(position, "")} size="sm">
      <PositionNumber position={position} />
    </Anchor>
  );
}
