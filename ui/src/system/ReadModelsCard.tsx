/** How far each read model is behind the log. */
import { t } from "@lingui/core/macro";
import type { System } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { region } from "../kit/language";
import { Sign } from "../kit/Sign";
import { behind, lagOf } from "./words";

type Model = System["read_models"][number];
const NUMBER = new Intl.NumberFormat(region());

export function ReadModelsCard({ models }: { models: readonly Model[] }) {
  return (
    <Card title={t`Read models`} flush>
      <DataTable caption={t`Read models`} columns={COLUMNS} rows={models} rowKey={({ name }) => name} empty={<Empty title={t`None is built yet`}>{t`The projector builds them from the log when it starts.`}</Empty>} />
    </Card>
  );
}

const COLUMNS: readonly Column<Model>[] = [
  { name: t`Name`, cell: ({ name }) => name },
  { name: t`State`, cell: (row) => (row.halted ? <Sign tone="bad">{t`halted`}</Sign> : <Sign tone={row.behind > 1000 ? "careful" : "good"}>{behind(row.behind)}</Sign>) },
  { name: t`Position`, cell: ({ position }) => NUMBER.format(position) },
  { name: t`Lag`, cell: ({ lag_ms }) => lagOf(lag_ms) },
];
