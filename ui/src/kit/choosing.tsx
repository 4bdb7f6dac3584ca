/** The column by which rows of a list are chosen. */
import { t } from "@lingui/core/macro";
import { Checkbox } from "@mantine/core";
import type { Column } from "./DataTable";
import type { Chosen } from "./useChosen";

/** A box before each row, and one for all that are shown. */
export function choosing<T extends { id: string }>(chosen: Chosen<T>, shown: number, nameOf: (row: T) => string): Column<T> {
  return {
    name: t`Chosen`,
    head: (
      <Checkbox
        size="xs"
        aria-label={t`Choose all that are shown`}
        checked={shown > 0 && chosen.rows.length === shown}
        indeterminate={chosen.rows.length > 0 && chosen.rows.length < shown}
        onChange={(event) => chosen.all(event.currentTarget.checked)}
      />
    ),
    cell: (row) => <Checkbox size="xs" aria-label={t`Choose ${{ row: nameOf(row) }}`} checked={chosen.has(row.id)} onChange={() => chosen.toggle(row.id)} />,
  };
}
