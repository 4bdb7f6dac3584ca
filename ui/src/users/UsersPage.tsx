/** Everybody who may sign in, for administrators. */
import { t } from "@lingui/core/macro";
import { Anchor, Select } from "@mantine/core";
import { Link } from "react-router";
import type { User } from "../api/shapes";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { SearchField } from "../kit/SearchField";
import { useAddress } from "../kit/useAddress";
import { paths } from "../paths";
import { AddUser } from "./AddUser";
import { useUsers } from "./calls";
import { roleNames } from "./roles";
import { UserStatus } from "./UserStatus";

const STATUSES = [
  { value: "", label: t`Any status` },
  { value: "invited", label: t`Invited` },
  { value: "active", label: t`Active` },
  { value: "disabled", label: t`Disabled` },
];

export function Component() {
  const address = useAddress();
  const filters = { q: address.get("q"), status: address.get("status"), sort: address.get("sort") || "username" };
  return (
    <Page title={t`Users`} explain={t`People who sign in to Strongroom.`} actions={<AddUser />}>
      <div className="sr-filters">
        <SearchField label={t`Search by name`} value={filters.q} onSearch={(q) => address.set("q", q)} />
        <Select label={t`Status`} data={STATUSES} value={filters.status} onChange={(status) => address.set("status", status)} />
      </div>
      <Listed
        caption={t`Users`}
        listing={useUsers(filters)}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        sort={filters.sort}
        onSort={(sort) => address.set("sort", sort)}
        empty={<Empty title={t`Nobody matches`}>{t`Take a filter away, or add a user.`}</Empty>}
      />
    </Page>
  );
}

const COLUMNS: readonly Column<User>[] = [
  {
    name: t`User name`,
    long: true,
    sort: "username",
    cell: (row) => (
      <Anchor component={Link} to={paths.user(row.id)} size="sm" fw={550}>
        {row.username}
      </Anchor>
    ),
  },
  { name: t`Full name`, long: true, sort: "display_name", cell: (row) => row.display_name },
  { name: t`Roles`, cell: (row) => roleNames(row.roles) },
  { name: t`Status`, sort: "status", cell: (row) => <UserStatus status={row.status} /> },
  { name: t`Last sign-in`, sort: "last_sign_in_at", cell: (row) => <Moment at={row.last_sign_in_at} /> },
  { name: t`Added`, sort: "created_at", cell: (row) => <Moment at={row.created_at} /> },
];
