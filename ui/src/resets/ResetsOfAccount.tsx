/** The resets of one account: the last one with its steps, the others in a list. */
import { t } from "@lingui/core/macro";
import { Anchor, Paper, Stack, Title } from "@mantine/core";
import { Link } from "react-router";
import type { Reset } from "../api/shapes";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { paths } from "../paths";
import { useResetsOf } from "./calls";
import { ResetProgress, ResetState } from "./ResetProgress";

export function ResetsOfAccount({ accountId }: { accountId: string }) {
  const listing = useResetsOf(accountId);
  const [last] = listing.rows;
  return (
    <Stack gap="sm">
      {last && (
        <Paper withBorder p="md" component="section" aria-labelledby="last-reset">
          <Title order={2} size="h5" mb="xs" id="last-reset">
            {t`Last reset`}
          </Title>
          <ResetProgress key={last.id} id={last.id} />
        </Paper>
      )}
      <Listed
        caption={t`Resets`}
        listing={listing}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        empty={<Empty title={t`Never reset`}>{t`Press Reset password to set a new one on the resource and in the vault together.`}</Empty>}
      />
    </Stack>
  );
}

const COLUMNS: readonly Column<Reset>[] = [
  {
    name: t`Asked for`,
    cell: (row) => (
      <Anchor component={Link} to={paths.reset(row.id)} size="sm">
        <Moment at={row.opened_at} />
      </Anchor>
    ),
  },
  { name: t`State`, cell: (row) => <ResetState state={row.state} /> },
  { name: t`By`, cell: (row) => row.requested_by.name },
  { name: t`Reason`, long: true, cell: (row) => row.reason },
  { name: t`Ended`, cell: (row) => <Moment at={row.ended_at} never={t`not yet`} /> },
];
