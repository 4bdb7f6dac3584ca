/** The batches of resets one has asked for, to be come back to. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import type { BatchName } from "../api/shapes";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { useAddress } from "../kit/useAddress";
import { paths } from "../paths";
import { useMay } from "../sessions/session";
import { useBatches } from "./calls";
import { Signs } from "./Signs";

export function Component() {
  const address = useAddress();
  const sort = address.get("sort") || "-opened_at";
  return (
    <Page title={t`Batches`} explain={<Whose />}>
      <Listed caption={t`Batches`} listing={useBatches(sort)} columns={COLUMNS} rowKey={(row) => row.id} sort={sort} onSort={(by) => address.set("sort", by)} empty={<NoBatches />} />
    </Page>
  );
}

function Whose() {
  const everybody = useMay("audit.read") && (
    <Trans>
      Others’ stand in the{" "}
      <Anchor component={Link} to={paths.audit({ topic: "batch.opened" })} inherit underline="always">
        audit trail
      </Anchor>
      .
    </Trans>
  );
  return <>{t`Resets of many accounts that you asked for in one go.`} {everybody}</>;
}

function NoBatches() {
  return (
    <Empty title={t`No batches yet`} icon="renew">
      <Trans>Choose several{" "}
      <Anchor component={Link} to={paths.accounts()} inherit underline="always">
        accounts
      </Anchor>{" "}
      in their list and press Reset passwords. What comes of each stands here.</Trans>
    </Empty>
  );
}

const COLUMNS: readonly Column<BatchName>[] = [
  {
    name: t`Reason`,
    long: true,
    cell: (row) => (
      <Anchor component={Link} to={paths.batch(row.id)} size="sm" fw={550}>
        {row.reason ?? t`no reason given`}
      </Anchor>
    ),
  },
  { name: t`Asked for`, sort: "opened_at", cell: (row) => <Moment at={row.opened_at} /> },
  { name: t`Accounts`, sort: "size", cell: (row) => row.size },
  { name: t`What came of it`, cell: (row) => <Signs counts={row.counts} /> },
];
