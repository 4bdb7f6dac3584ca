/** The picture of an account's life, and the same as a list. */
import { t } from "@lingui/core/macro";
import { Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { answer, client } from "../api/client";
import { useRead } from "../api/queries";
import type { Account, Happening } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Lanes } from "../kit/Lanes";
import { Moment } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { LANES, lifeOf } from "./life";

export function TimelineOf({ account: { id } }: { account: Account }) {
  const { data, error, refetch } = useRead(["account", id, "timeline"], (signal) => answer(client.GET("/api/v1/accounts/{account_id}/timeline", { params: { path: { account_id: id } }, signal })));
  const [now] = useState(() => Date.now());
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={200} aria-label={t`Loading`} />;
  return (
    <Stack gap="sm">
      <Card title={t`Its life until now`} beside={data.complete ? null : t`What others were shown, and shares, are for auditors.`}>
        {data.items.length > 0 ? <Lanes label={t`Events of this account by time`} lanes={LANES} happened={lifeOf(data.items)} now={now} /> : <Empty title={t`Nothing to show yet`}>{t`It appears here a moment after it is recorded.`}</Empty>}
      </Card>
      <Card title={t`The same as a list`} flush beside={data.items.length >= 200 ? t`the last 200` : null}>
        <DataTable caption={t`Events of this account`} columns={data.complete ? [POSITION, ...COLUMNS] : COLUMNS} rows={data.items} rowKey={({ position }) => position} empty={null} />
      </Card>
    </Stack>
  );
}

const POSITION: Column<Happening> = {
  name: t`Position`,
  cell: ({ position }) => (
    <Anchor component={Link} to={paths.auditEntry(position)} size="sm">
      {position}
    </Anchor>
  ),
};

const COLUMNS: readonly Column<Happening>[] = [
  { name: t`When`, cell: ({ recorded_at }) => <Moment at={recorded_at} /> },
  { name: t`What`, cell: ({ title, outcome }) => (outcome === "refused" ? <Sign tone="bad">{title}</Sign> : <Text inherit>{title}</Text>) },
  { name: t`By`, cell: ({ actor }) => actor.name },
];
