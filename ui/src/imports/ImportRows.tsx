/** The rows of a file: what each would do, the way to do it, and what came of it. */
import { t } from "@lingui/core/macro";
import { Anchor, Button, Group, Paper, SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { ImportPreview, ImportRow } from "../api/shapes";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Sign, type Tone } from "../kit/Sign";
import { paths } from "../paths";
import { TYPE_NAMES } from "../resources/types";
import type { Layout } from "./calls";
import { ImportBar } from "./ImportBar";
import { countsOf, type Filter, FILTER_NAMES, FILTERS, filtered, type Results, said, troublesOf } from "./rows";
import type { Importing } from "./useImporting";

const AT_ONCE = 200;

interface ImportRowsProps {
  preview: ImportPreview;
  layout: Layout;
  importing: Importing;
  /** Has the file looked at anew. */
  again: () => void;
}

export function ImportRows({ preview, layout, importing, again }: ImportRowsProps) {
  const [filter, setFilter] = useState<Filter>("all");
  const [most, setMost] = useState(AT_ONCE);
  const { results } = importing;
  const counts = countsOf(preview.rows, results);
  const rows = filtered(preview.rows, results, filter);
  const choices = FILTERS.map((value) => ({ value, label: `${FILTER_NAMES[value]} ${counts[value]}` }));
  return (
    <>
      <ImportBar preview={preview} layout={layout} importing={importing} again={again} />
      <Group justify="space-between">
        <SegmentedControl aria-label={t`Which rows`} data={choices} value={filter} onChange={(value) => setFilter(value)} size="xs" />
        {preview.counts.empty > 0 && <Text size="xs" c="dimmed">{t`${{ empty: preview.counts.empty }} empty rows are passed over.`}</Text>}
      </Group>
      <Paper withBorder className="sr-scroll">
        <DataTable caption={t`Rows of the file`} columns={columnsOf(results)} rows={rows.slice(0, most)} rowKey={(row) => row.row} empty={<Empty title={t`No such rows`}>{t`Choose another filter.`}</Empty>} />
        {rows.length > most && (
          <Group justify="space-between" px="sm" py="xs" className="sr-line-above">
            <Text size="xs" c="dimmed">{t`${most} shown, ${{ count: rows.length - most }} more follow`}</Text>
            <Button variant="default" size="xs" onClick={() => setMost(most + AT_ONCE)}>{t`Show more`}</Button>
          </Group>
        )}
      </Paper>
    </>
  );
}

const SIGNS: Record<ImportRow["outcome"] | "added" | "failed", [Tone, string]> = {
  new_resource: ["busy", t`new resource`],
  new_account: ["busy", t`new account`],
  there: ["plain", t`already there`],
  error: ["bad", t`error`],
  added: ["good", t`added`],
  failed: ["bad", t`failed`],
};

function State({ row, results }: { row: ImportRow; results: Results }) {
  const [tone, word] = SIGNS[results.get(row.row)?.outcome ?? row.outcome];
  return <Sign tone={tone}>{word}</Sign>;
}

function columnsOf(results: Results): readonly Column<ImportRow>[] {
  return [
    { name: t`Row`, cell: (row) => row.row },
    { name: t`State`, cell: (row) => <State row={row} results={results} /> },
    { name: t`Resource`, long: true, cell: (row) => <Named name={row.resource} to={linked(results.get(row.row)?.resource_id, paths.resource)} /> },
    { name: t`Account`, long: true, cell: (row) => <Named name={row.username} to={linked(results.get(row.row)?.account_id, paths.account)} /> },
    { name: t`Type`, cell: (row) => row.type && TYPE_NAMES[row.type] },
    { name: t`Address`, long: true, cell: (row) => row.address && <span className="sr-mono">{row.port ? `${row.address}:${row.port}` : row.address}</span> },
    { name: t`Password`, cell: (row) => passwordOf(row) },
    { name: t`What to do`, long: true, cell: (row) => <WhatToDo row={row} results={results} /> },
  ];
}

function linked(id: string | null | undefined, path: (id: string) => string): string | null {
  return id ? path(id) : null;
}

function Named({ name, to }: { name: string; to: string | null }) {
  if (to === null || name === "") return name;
  return <Anchor component={Link} to={to} size="sm" fw={550}>{name}</Anchor>;
}

/** Whether it stands in the file. Which it is, nobody is told. */
function passwordOf({ outcome, username, generates }: ImportRow): string {
  if (username === "" || outcome === "error" || outcome === "there") return "";
  return generates ? t`a new one is made` : t`from the file`;
}

function WhatToDo({ row, results }: { row: ImportRow; results: Results }) {
  const troubles = troublesOf(row, results);
  if (troubles.length === 0) return row.same_as === null ? "" : t`The same as row ${{ same_as: row.same_as }}.`;
  return troubles.map((trouble) => <div key={said(trouble)}>{said(trouble)}</div>);
}
