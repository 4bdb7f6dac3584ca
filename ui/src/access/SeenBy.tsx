/** For auditors: the accounts whose password one person was shown and still knows, and their resets in one go. */
import { t } from "@lingui/core/macro";
import { Anchor, Group, Text } from "@mantine/core";
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
import { Moment } from "../kit/Moment";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useCurrent } from "../sessions/session";

export function SeenBy({ userId, name }: { userId: string; name: string }) {
  const [asked, setAsked] = useState(false);
  if (!useCurrent().user.operations.includes("audit.read")) return null;
  return (
    <Card title={t`Passwords they were shown that still hold`} flush>
      {asked ? (
        <Seen userId={userId} name={name} />
      ) : (
        <Group p="md">
          <Press icon="search" onPress={() => setAsked(true)}>
            {t`Show`}
          </Press>
          <Text size="sm" c="dimmed">{t`That you asked is recorded.`}</Text>
        </Group>
      )}
    </Card>
  );
}

function Seen({ userId, name }: { userId: string; name: string }) {
  const { data, error, refetch } = useRead(["seen", userId], (signal) => answer(client.GET("/api/v1/users/{user_id}/seen", { params: { path: { user_id: userId } }, signal })));
  const [resetting, setResetting] = useState(false);
  const may = useCurrent().user.operations.includes("account.reset");
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  const rows = data?.items ?? [];
  const mine = rows.filter((row) => row.may_reset);
  return (
    <>
      {data && (
        <Group p="md" justify="space-between">
          <Text size="sm" c="dimmed">
            {t`As of position`} <PositionNumber position={data.position} />, <Moment at={data.recorded_at} />
            {data.more && <> · {t`There are more: these are the last they were shown.`}</>}
          </Text>
          <Press icon="renew" why={whyNotAll(rows, mine, may)} onPress={() => setResetting(true)}>
            {t`Reset them all`}
          </Press>
        </Group>
      )}
      <DataTable caption={t`Passwords they were shown that still hold`} columns={COLUMNS} rows={rows} rowKey={(row) => row.account_id} loading={!data} empty={<Empty title={t`None`}>{t`Whatever they were shown was changed since.`}</Empty>} />
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
  { name: t`Now`, long: true, cell: ({ level, may_disclose }) => (may_disclose ? t`may be shown it again` : level === null ? t`does not see it any more` : t`sees it, not its password`) },
];

function Entry({ position }: { position: number }) {
  return (
    <Anchor component={Link} to={paths.auditEntry(position, "")} size="sm">
      <PositionNumber position={position} />
    </Anchor>
  );
}
