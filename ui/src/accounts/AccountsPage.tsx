/** The accounts one may see, over all resources. */
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { choosing } from "../kit/choosing";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Page } from "../kit/Page";
import { SearchField } from "../kit/SearchField";
import { useAddress } from "../kit/useAddress";
import { useChosen } from "../kit/useChosen";
import { paths } from "../paths";
import { KeptFilter } from "../hand/KeptFilter";
import { type AccountFilters, useAccounts } from "./calls";
import { ACCOUNT, DETAILS, RESOURCE } from "./columns";
import { ManyAccounts, nameOf } from "./ManyAccounts";

export function Component() {
  const address = useAddress();
  const filters = { q: address.get("q"), kept: address.get("kept") !== "", sort: address.get("sort") || "username" };
  const listing = useAccounts(filters);
  const chosen = useChosen(listing.rows);
  return (
    <Page title="Accounts" explain="Privileged logins on the resources." actions={<ManyAccounts chosen={chosen.rows} />}>
      <div className="sr-filters">
        <SearchField label="Search by user name or resource" value={filters.q} onSearch={(q) => address.set("q", q)} />
        <KeptFilter kept={filters.kept} onKept={(kept) => address.set("kept", kept ? "1" : null)} />
      </div>
      <Listed
        caption="Accounts"
        listing={listing}
        columns={[choosing(chosen, listing.rows.length, nameOf), ACCOUNT, RESOURCE, ...DETAILS]}
        rowKey={(row) => row.id}
        sort={filters.sort}
        onSort={(sort) => address.set("sort", sort)}
        empty={<Nothing filters={filters} />}
      />
    </Page>
  );
}

function Nothing({ filters: { q, kept } }: { filters: AccountFilters }) {
  if (q) return <Empty title="Nothing matches">Search for less{kept ? ", or among all and not your favourites only" : ""}.</Empty>;
  if (kept) return <Empty title="No favourites" icon="star">Open an account and press Add to favourites: it stands here then, and on the overview.</Empty>;
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
