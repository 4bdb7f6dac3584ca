/** How accounts are listed. */
import { t } from "@lingui/core/macro";
import { Anchor, Group } from "@mantine/core";
import { Link } from "react-router";
import { LEVEL_NAMES } from "../access/levels";
import type { Account } from "../api/shapes";
import type { Column } from "../kit/DataTable";
import { Moment } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { paths } from "../paths";

export const ACCOUNT: Column<Account> = {
  name: t`Account`,
  long: true,
  sort: "username",
  cell: (row) => (
    <Group gap={8}>
      <Anchor component={Link} to={paths.account(row.id)} size="sm" fw={550}>
        {row.username}
      </Anchor>
      <ResetSign state={row.reset_state} />
    </Group>
  ),
};

export const RESOURCE: Column<Account> = {
  name: t`Resource`,
  long: true,
  sort: "resource",
  cell: (row) => (
    <Anchor component={Link} to={paths.resource(row.resource.id)} size="sm">
      {row.resource.name}
    </Anchor>
  ),
};

export const DETAILS: readonly Column<Account>[] = [
  { name: t`Description`, long: true, cell: (row) => row.description },
  { name: t`Password set`, sort: "password_set_at", cell: (row) => <Moment at={row.password_set_at} /> },
  { name: t`Your level`, cell: (row) => LEVEL_NAMES[row.level] },
];

export function ResetSign({ state }: { state: Account["reset_state"] }) {
  if (state === "open") return <Sign tone="busy">{t`reset running`}</Sign>;
  if (state === "in_doubt") return <Sign tone="careful">{t`password in doubt`}</Sign>;
  return null;
}
