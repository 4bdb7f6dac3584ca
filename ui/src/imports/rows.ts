/** The rows of an import: what would become of each, and what did. */
import { t } from "@lingui/core/macro";
import type { ImportPreview, ImportRow, RowDone, RowTrouble } from "../api/shapes";
import { csvLines } from "../kit/csv";
import { MEANINGS } from "./meanings";

export const FILTERS = ["all", "new", "there", "errors"] as const;
export type Filter = (typeof FILTERS)[number];
export type Results = ReadonlyMap<number, RowDone>;

export const FILTER_NAMES: Record<Filter, string> = { all: t`All`, new: t`New`, there: t`Already there`, errors: t`Errors` };

export function isNew({ outcome }: Pick<ImportRow, "outcome">): boolean {
  return outcome === "new_resource" || outcome === "new_account";
}

/** Under which filter a row is found: by what came of it, once that is known. */
export function kindOf(row: ImportRow, results: Results): Exclude<Filter, "all"> {
  const done = results.get(row.row)?.outcome;
  if (done) return done === "failed" ? "errors" : done === "added" ? "new" : "there";
  return row.outcome === "error" ? "errors" : isNew(row) ? "new" : "there";
}

export function filtered(rows: readonly ImportRow[], results: Results, filter: Filter): ImportRow[] {
  return rows.filter((row) => filter === "all" || kindOf(row, results) === filter);
}

export function countsOf(rows: readonly ImportRow[], results: Results): Record<Filter, number> {
  const of = (filter: Filter) => filtered(rows, results, filter).length;
  return { all: rows.length, new: of("new"), there: of("there"), errors: of("errors") };
}

/** The rows that importing adds something by. */
export function importable(rows: readonly ImportRow[]): number[] {
  return rows.filter(isNew).map(({ row }) => row);
}

/** Those that were tried in vain; what the file says wrongly would only fail again. */
export function worthRetrying(rows: readonly ImportRow[], results: Results): number[] {
  return importable(rows).filter((row) => results.get(row)?.outcome === "failed");
}

export function troublesOf(row: ImportRow, results: Results): readonly RowTrouble[] {
  return results.get(row.row)?.troubles ?? row.troubles;
}

/** A trouble with the column it is in, in one line. */
export function said({ column, message }: RowTrouble): string {
  const name = column && column in MEANINGS ? MEANINGS[column as keyof typeof MEANINGS] : null;
  return name ? `${name}: ${message}` : message;
}

/** What has to be seen to, as a file: rows, names and words, and no password. */
export function failedCsv({ rows }: Pick<ImportPreview, "rows">, results: Results): string {
  const failed = filtered(rows, results, "errors");
  return csvLines([["row", "resource", "account", t`what to do`], ...failed.map((row) => [row.row, row.resource, row.username, troublesOf(row, results).map(said).join(" ")])]);
}
