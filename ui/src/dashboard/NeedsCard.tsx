/** What needs somebody: resets that did not end well, or not at all. */
import { t } from "@lingui/core/macro";
import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Dashboard } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment } from "../kit/Moment";
import { paths } from "../paths";
import { ResetState } from "../resets/ResetProgress";

type Needs = Dashboard["needs"];
type Need = Needs["items"][number];

export function NeedsCard({ needs: { items, total } }: { needs: Needs }) {
  const beside = total > items.length ? t`the first ${{ count: items.length }} of ${total}` : total > 0 ? String(total) : null;
  return (
    <Card title={t`Needs you`} flush beside={beside}>
      <DataTable
        caption={t`Needs you`}
        columns={COLUMNS}
        rows={items}
        rowKey={(row) => row.reset_id}
        empty={
          <Empty title={t`Nothing needs you`} icon="done">
            {t`Resets that fail, stay in doubt or wait for more than an hour stand here, with what went wrong.`}
          </Empty>
        }
      />
    </Card>
  );
}

const COLUMNS: readonly Column<Need>[] = [
  { name: t`State`, cell: (row) => <ResetState state={row.state} /> },
  {
    name: t`Account`,
    long: true,
    cell: (row) => (
      <>
        <Anchor component={Link} to={paths.account(row.account_id)} size="sm" fw={550}>
          {t`${{ account: row.account }} on ${{ resource: row.resource }}`}
        </Anchor>
        <Text size="xs" c="dimmed">
          {row.because ?? t`It has waited for more than an hour.`}
        </Text>
      </>
    ),
  },
  {
    name: t`Since`,
    cell: (row) => (
      <Anchor component={Link} to={paths.reset(row.reset_id)} size="sm">
        <Moment at={row.since} />
      </Anchor>
    ),
  },
];
