/** Who held an account, from when to when: what the bars of the picture say. */
import { t } from "@lingui/core/macro";
import { Text } from "@mantine/core";
import { GROUNDS } from "../access/words";
import { LEVEL_NAMES } from "../access/levels";
import type { Held, Timeline } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment } from "../kit/Moment";

export function HeldBy({ timeline: { held, more_held } }: { timeline: Timeline }) {
  return (
    <Card title={t`Who held it`} flush beside={more_held ? t`the first ${{ held: held.length }}` : null}>
      <DataTable caption={t`Who held this account`} columns={COLUMNS} rows={held} rowKey={({ holder, begun, ground }) => `${holder.id} ${begun} ${ground}`} empty={<Empty title={t`Nobody`}>{t`Nobody held it then.`}</Empty>} />
    </Card>
  );
}

const COLUMNS: readonly Column<Held>[] = [
  { name: t`Who`, long: true, cell: ({ holder }) => holder.name },
  { name: t`Level`, cell: ({ level }) => LEVEL_NAMES[level] },
  { name: t`Why`, long: true, cell: ({ ground, resource }) => (resource === null ? GROUNDS[ground] : t`${{ ground: GROUNDS[ground] }}, ${resource}`) },
  { name: t`From`, cell: ({ begun_at }) => <Moment at={begun_at} /> },
  { name: t`To`, cell: ({ ended_at, ended, until }) => (ended_at === null ? <Lasting until={until} /> : <><Moment at={ended_at} />{ended === null && <Text inherit c="dimmed">{t`by itself`}</Text>}</>) },
];

function Lasting({ until }: { until: string | null }) {
  return until === null ? <span>{t`still`}</span> : <span>{t`still, until`} <Moment at={until} /></span>;
}
