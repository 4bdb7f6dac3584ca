/** The accounts one may see, over all resources. */
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Page } from "../kit/Page";
import { SearchField } from "../kit/SearchField";
import { useAddress } from "../kit/useAddress";
import { paths } from "../paths";
import { useAccounts } from "./calls";
import { ACCOUNT, DETAILS, RESOURCE } from "./columns";

const COLUMNS = [ACCOUNT, RESOURCE, ...DETAILS];

export function Component() {
  const address = useAddress();
  const filters = { q: address.get("q"), sort: address.get("sort") || "username" };
  return (
    <Page title="Accounts" explain="Privileged logins on the resources.">
      <div className="sr-filters">
        <SearchField label="Search by user name or resource" value={filters.q} onSearch={(q) => address.set("q", q)} />
      </div>
      <Listed
        caption="Accounts"
        listing={useAccounts(filters)}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        sort={filters.sort}
        onSort={(sort) => address.set("sort", sort)}
        empty={filters.q ? <Empty title="Nothing matches">Search for less.</Empty> : <NoAccounts />}
      />
    </Page>
  );
}

function NoAccounts() {
  return (
    <Empty title="No accounts yet">
      Accounts are added on their resource. Go to{" "}
      <Anchor component={Link} to={paths.resources()} inherit underline="always">
        the resources
      </Anchor>
      , or ask an owner to share one with you.
    </Empty>
  );
}
