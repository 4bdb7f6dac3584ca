/** Who can see a thing and why: everybody, by whatever share, as owner, or because everything is open to them. */
import { plural, t } from "@lingui/core/macro";
import { Text } from "@mantine/core";
import type { Sight } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { type Thing, useSight } from "./calls";
import { LEVEL_NAMES, type Shared } from "./levels";
import { counted, why } from "./words";

export function SightCard({ thing }: { thing: Thing }) {
  const { data, error, refetch } = useSight(thing);
  const several = data && plural({ count: data.items.length }, { one: "# person", other: "# people" });
  return (
    <Card title={thing.shared === "resource" ? t`Who can see this resource, and why` : t`Who can see this account, and why`} beside={several} flush>
      {error && !data ? (
        <Trouble failure={error} retry={() => void refetch()} />
      ) : (
        <DataTable caption={t`Who can see it`} columns={columns(thing.shared)} rows={data?.items ?? []} rowKey={({ user }) => user.id} loading={!data} empty={<Empty title={t`Nobody`}>{t`Nobody can see it.`}</Empty>} />
      )}
    </Card>
  );
}

function columns(shared: Shared): Column<Sight>[] {
  const all: (Column<Sight> | null)[] = [
    { name: t`Who`, long: true, cell: ({ user, able }) => <>{user.username} {!able && <Sign tone="plain">{t`cannot use it now`}</Sign>}</> },
    { name: t`Level`, cell: ({ stand }) => (stand.level === null ? t`none on the resource` : LEVEL_NAMES[stand.level]) },
    { name: t`Why`, long: true, cell: ({ stand }) => why(stand, shared) },
    shared === "resource" ? { name: t`Accounts`, cell: ({ stand }) => <Text size="sm" span>{counted(stand)}</Text> } : null,
    { name: t`Until`, cell: ({ stand }) => <Moment at={stand.until} never={stand.ground === "owner" ? t`handed over` : t`taken back`} /> },
  ];
  return all.filter((column) => column !== null);
}
