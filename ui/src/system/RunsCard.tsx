/** When processes started and stopped, and which release they were. */
import { t } from "@lingui/core/macro";
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
    <Card title={t`Starts and stops`} flush>
      {error ? (
        <Trouble failure={error} retry={retry} />
      ) : (
        <DataTable caption={t`Starts and stops`} columns={COLUMNS} rows={rows} loading={loading} rowKey={(row) => `${row.process} ${row.started_at}`} empty={<Empty title={t`None is recorded`}>{t`Each start and each orderly stop is an event.`}</Empty>} />
      )}
    </Card>
  );
}

const COLUMNS: readonly Column<Run>[] = [
  { name: t`Process`, cell: ({ process }) => process },
  { name: t`Release`, cell: ({ release }) => release },
  { name: t`Started`, cell: ({ started_at }) => <Moment at={started_at} /> },
  { name: t`Stopped`, cell: ({ stopped_at }) => <Moment at={stopped_at} never={t`runs, or was killed`} /> },
];
