/** A table that sorts, says what to do when empty, and becomes a list of cards on a narrow screen. */
import { Skeleton, UnstyledButton, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./DataTable.module.css";
import { Icon } from "./icons";

export interface Column<T> {
  name: string;
  cell: (row: T) => ReactNode;
  /** The field that the server sorts by. */
  sort?: string;
  /** Holds text without spaces that may be longer than the column. */
  long?: boolean;
  /** Stands in the heading instead of the name. */
  head?: ReactNode;
  /** Says nothing to the eye, only to screen readers: a column of buttons for example. */
  silent?: boolean;
}

export interface DataTableProps<T> {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string | number;
  loading?: boolean;
  empty: ReactNode;
  sort?: string;
  onSort?: (sort: string) => void;
}

export function DataTable<T>(props: DataTableProps<T>) {
  if (!props.loading && props.rows.length === 0) return props.empty;
  return (
    <table className={styles.table} aria-busy={props.loading}>
      <caption>
        <VisuallyHidden>{props.caption}</VisuallyHidden>
      </caption>
      <thead>
        <tr>
          {props.columns.map((column) => (
            <Heading key={column.name} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </tr>
      </thead>
      <tbody>{props.loading ? <Waiting columns={props.columns} /> : props.rows.map((row) => <Row key={props.rowKey(row)} row={row} columns={props.columns} />)}</tbody>
    </table>
  );
}

function Row<T>({ row, columns }: { row: T; columns: readonly Column<T>[] }) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.name} data-label={column.silent ? undefined : column.name} data-long={column.long}>
          <div>{column.cell(row)}</div>
        </td>
      ))}
    </tr>
  );
}

function Waiting<T>({ columns }: { columns: readonly Column<T>[] }) {
  return Array.from({ length: 5 }, (_, line) => (
    <tr key={line}>
      {columns.map((column) => (
        <td key={column.name} data-label={column.silent ? undefined : column.name}>
          <Skeleton height={14} width="70%" />
        </td>
      ))}
    </tr>
  ));
}

interface HeadingProps<T> {
  column: Column<T>;
  sort?: string;
  onSort?: (sort: string) => void;
}

function Heading<T>({ column, sort, onSort }: HeadingProps<T>) {
  if (column.silent) return <th scope="col"><VisuallyHidden>{column.name}</VisuallyHidden></th>;
  if (column.head) return <th scope="col" data-head>{column.head}</th>;
  if (!column.sort || !onSort) return <th scope="col">{column.name}</th>;
  const up = sort === column.sort;
  const down = sort === `-${column.sort}`;
  const next = up ? `-${column.sort}` : column.sort;
  return (
    <th scope="col" aria-sort={up ? "ascending" : down ? "descending" : "none"}>
      <UnstyledButton className={styles.sort} onClick={() => onSort(next)}>
        {column.name}
        {(up || down) && <Icon name={up ? "up" : "down"} size={14} />}
      </UnstyledButton>
    </th>
  );
}
