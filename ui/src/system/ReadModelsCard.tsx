/** How far each read model is behind the log. */
import type { System } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Sign } from "../kit/Sign";
import { behind, lagOf } from "./words";

type Model = System["read_models"][number];
const NUMBER = new Intl.NumberFormat();

export function ReadModelsCard({ models }: { models: readonly Model[] }) {
  return (
    <Card title="Read models" flush>
      <DataTable caption="Read models" columns={COLUMNS} rows={models} rowKey={({ name }) => name} empty={<Empty title="None is built yet">The projector builds them from the log when it starts.</Empty>} />
    </Card>
  );
}

const COLUMNS: readonly Column<Model>[] = [
  { name: "Name", cell: ({ name }) => name },
  { name: "State", cell: (row) => (row.halted ? <Sign tone="bad">halted</Sign> : <Sign tone={row.behind > 1000 ? "careful" : "good"}>{behind(row.behind)}</Sign>) },
  { name: "Position", cell: ({ position }) => NUMBER.format(position) },
  { name: "Lag", cell: ({ lag_ms }) => lagOf(lag_ms) },
];
