/** When processes started and stopped, and which release they were. */
import type { Run } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment } from "../kit/Moment";
import { Trouble } from "../kit/Trouble";
import { useRuns } from "./calls";

export function RunsCard() {
  const { rows, loading, error, retry } = useRuns();
  return (
    <Card title="Starts and stops" flush>
      {error ? (
        <Trouble failure={error} retry={retry} />
      ) : (
        <DataTable caption="Starts and stops" columns={COLUMNS} rows={rows} loading={loading} rowKey={(row) => `${row.process} ${row.started_at}`} empty={<Empty title="None is recorded">Each start and each orderly stop is an event.</Empty>} />
      )}
    </Card>
  );
}

const COLUMNS: readonly Column<Run>[] = [
  { name: "Process", cell: ({ process }) => process },
  { name: "Release", cell: ({ release }) => release },
  { name: "Started", cell: ({ started_at }) => <Moment at={started_at} /> },
  { name: "Stopped", cell: ({ stopped_at }) => <Moment at={stopped_at} never="runs, or was killed" /> },
];
