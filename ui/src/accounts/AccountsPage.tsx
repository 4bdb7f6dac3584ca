/** The accounts one may see, over all resources. */
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Page } from "../kit/Page";
import { SearchField } from "../kit/SearchField";
import { useAddress } from "../kit/useAddress";
import { useChosen } from "../kit/useChosen";
import { ResetMany } from "../batches/ResetMany";
import { paths } from "../paths";
import { useAccounts } from "./calls";
import { ACCOUNT, choosing, DETAILS, RESOURCE } from "./columns";


export function Component() {
  const address = useAddress();
  const filters = { q: address.get("q"), sort: address.get("sort") || "username" };
  const listing = useAccounts(filters);
  const chosen = useChosen(listing.rows);
  return (
    <Page title="Accounts" explain="Privileged logins on the resources." actions={<ResetMany chosen={chosen.rows} />}>
      <div className="sr-filters">
        <SearchField label="Search by user name or resource" value={filters.q} onSearch={(q) => address.set("q", q)} />
      </div>
      <Listed
        caption="Accounts"
        listing={listing}
        columns={[choosing(chosen, listing.rows.length), ACCOUNT, RESOURCE, ...DETAILS]}
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
