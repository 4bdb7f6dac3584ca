/** How much happened on each of the last days: as a picture, or as a table. */
import { t } from "@lingui/core/macro";
import { Group, SegmentedControl, Skeleton } from "@mantine/core";
import { useState } from "react";
import type { Activity } from "../api/shapes";
import { Bars } from "../kit/Bars";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { useActivity } from "./calls";
import { dayName, KINDS, seriesOf } from "./days";

const RANGES = [{ value: "7", label: t`7 days` }, { value: "30", label: t`30 days` }, { value: "90", label: t`90 days` }];

export function ActivityCard() {
  const [days, setDays] = useState("30");
  const [table, setTable] = useState(false);
  const { data, error, refetch } = useActivity(Number(days));
  const own = data?.whose === "own";
  return (
    <Card title={own ? t`Your activity` : t`Activity`} beside={<Choices days={days} setDays={setDays} table={table} setTable={setTable} />}>
      {error && !data && <Trouble failure={error} retry={() => void refetch()} />}
      {!error && !data && <Skeleton height={176} aria-label={t`Loading`} />}
      {data && (table ? <AsTable activity={data} /> : <Bars label={own ? t`Your activity by day, in UTC` : t`Activity by day, in UTC`} places={data.days.map(({ day }) => dayName(day))} series={seriesOf(data.days)} />)}
    </Card>
  );
}

interface ChoicesProps {
  days: string;
  setDays: (days: string) => void;
  table: boolean;
  setTable: (table: boolean) => void;
}

function Choices({ days, setDays, table, setTable }: ChoicesProps) {
  return (
    <Group gap="xs">
      <SegmentedControl size="xs" aria-label={t`How far back`} data={RANGES} value={days} onChange={setDays} />
      <Press size="xs" onPress={() => setTable(!table)}>
        {table ? t`As a picture` : t`As a table`}
      </Press>
    </Group>
  );
}

type Day = Activity["days"][number];

function AsTable({ activity }: { activity: Activity }) {
  return <DataTable caption={t`Events by day, in UTC`} columns={COLUMNS} rows={activity.days.toReversed()} rowKey={({ day }) => day} empty={null} />;
}

const COLUMNS: readonly Column<Day>[] = [
  { name: t`Day`, cell: ({ day }) => dayName(day) },
  ...KINDS.map(({ name, field }) => ({ name, cell: (row: Day) => row[field] })),
];
