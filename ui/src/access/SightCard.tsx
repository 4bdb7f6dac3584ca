/** Who can see a thing and why: everybody, by whatever share, as owner, or because everything is open to them. */
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
  const several = data && (data.items.length === 1 ? "1 person" : `${data.items.length} people`);
  return (
    <Card title={`Who can see this ${thing.shared}, and why`} beside={several} flush>
      {error && !data ? (
        <Trouble failure={error} retry={() => void refetch()} />
      ) : (
        <DataTable caption="Who can see it" columns={columns(thing.shared)} rows={data?.items ?? []} rowKey={({ user }) => user.id} loading={!data} empty={<Empty title="Nobody">Nobody can see it.</Empty>} />
      )}
    </Card>
  );
}

function columns(shared: Shared): Column<Sight>[] {
  const all: (Column<Sight> | null)[] = [
    { name: "Who", long: true, cell: ({ user, able }) => <>{user.username} {!able && <Sign tone="plain">cannot use it now</Sign>}</> },
    { name: "Level", cell: ({ stand }) => (stand.level === null ? "none on the resource" : LEVEL_NAMES[stand.level]) },
    { name: "Why", long: true, cell: ({ stand }) => why(stand, shared) },
    shared === "resource" ? { name: "Accounts", cell: ({ stand }) => <Text size="sm" span>{counted(stand)}</Text> } : null,
    { name: "Until", cell: ({ stand }) => <Moment at={stand.until} never={stand.ground === "owner" ? "handed over" : "taken back"} /> },
  ];
  return all.filter((column) => column !== null);
}
