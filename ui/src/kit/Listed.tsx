/** A list as it stands on a page: its failure, its table, and the way to the rows that follow. */
import { t } from "@lingui/core/macro";
import { Button, Group, Paper, Text } from "@mantine/core";
import type { Listing } from "../api/queries";
import { DataTable, type DataTableProps } from "./DataTable";
import { Trouble } from "./Trouble";

type ListedProps<T> = Omit<DataTableProps<T>, "rows" | "loading"> & { listing: Listing<T> };

export function Listed<T>({ listing, ...table }: ListedProps<T>) {
  if (listing.error) return <Trouble failure={listing.error} retry={listing.retry} />;
  return (
    <Paper withBorder className="sr-scroll">
      <DataTable {...table} rows={listing.rows} loading={listing.loading} />
      {listing.more && (
        <Group justify="space-between" px="sm" py="xs" className="sr-line-above">
          <Text size="xs" c="dimmed">
            {t`${{ count: listing.rows.length }} shown, more follow`}
          </Text>
          <Button variant="default" size="xs" loading={listing.loadingMore} onClick={listing.more}>
            {t`Show more`}
          </Button>
        </Group>
      )}
    </Paper>
  );
}
