/** The picture of an account's life, and the same as tables. */
import { plural, t } from "@lingui/core/macro";
import { Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { answer, client } from "../api/client";
import { useRead } from "../api/queries";
import type { Account, Happening, Timeline } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Lanes } from "../kit/Lanes";
import { Moment, readable } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { useAddress } from "../kit/useAddress";
import { paths } from "../paths";
import { HeldBy } from "./HeldBy";
import { LEGEND, lifeOf, summary } from "./life";
import { LifeWindow } from "./LifeWindow";

export function TimelineOf({ account: { id, username } }: { account: Account }) {
  const address = useAddress();
  const [from, to] = [address.get("from") || undefined, address.get("to") || undefined];
  const { data, error, refetch } = useRead(["account", id, "timeline", from ?? "", to ?? ""], (signal) => answer(client.GET("/api/v1/accounts/{account_id}/timeline", { params: { path: { account_id: id }, query: { from, to } }, signal })));
  return (
    <Stack gap="sm">
      <Card title={t`Its life`} beside={data?.complete === false ? t`What others held and were shown is for auditors.` : null}>
        <LifeWindow chosen={{ from, to }} choose={(chosen) => address.setAll({ from: chosen.from ?? null, to: chosen.to ?? null })} />
        {error && !data ? <Trouble failure={error} retry={() => void refetch()} /> : data ? <Picture username={username} timeline={data} from={from} /> : <Skeleton height={200} aria-label={t`Loading`} />}
      </Card>
      {data && <HeldBy timeline={data} />}
      {data && <Events timeline={data} />}
    </Stack>
  );
}

function Picture({ username, timeline, from }: { username: string; timeline: Timeline; from: string | undefined }) {
  const { lanes, drawn, begins, ends, left } = lifeOf(timeline, from);
  if (drawn.length === 0) return <Empty title={t`Nothing to show`}>{t`Nothing is known of this time. What has just happened appears a moment after it is recorded.`}</Empty>;
  const edges = [readable(new Date(begins).toISOString()), readable(new Date(ends).toISOString())] as const;
  return (
    <>
      <Lanes label={summary(username, timeline)} lanes={lanes} drawn={drawn} begins={begins} ends={ends} edges={edges} legend={LEGEND} />
      {left > 0 && <Text size="sm" c="dimmed">{t`${plural({ left }, { one: "# more", other: "# more" })} held it: see the table.`}</Text>}
    </>
  );
}

function Events({ timeline: { items, marks, complete } }: { timeline: Timeline }) {
  const all = marks.reduce((sum, { times }) => sum + times, 0);
  return (
    <Card title={t`What happened`} flush beside={all > items.length ? t`the last ${{ shown: items.length }} of ${all}: look nearer for the others` : null}>
      <DataTable caption={t`Events of this account`} columns={complete ? [POSITION, ...COLUMNS] : COLUMNS} rows={items} rowKey={({ position }) => position} empty={<Empty title={t`Nothing`}>{t`Nothing happened then.`}</Empty>} />
    </Card>
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
