/** The accounts one may see, over all resources. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
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
    <Page title={t`Accounts`} explain={t`Privileged logins on the resources.`} actions={<ResetMany chosen={chosen.rows} />}>
      <div className="sr-filters">
        <SearchField label={t`Search by user name or resource`} value={filters.q} onSearch={(q) => address.set("q", q)} />
      </div>
      <Listed
        caption={t`Accounts`}
        listing={listing}
        columns={[choosing(chosen, listing.rows.length), ACCOUNT, RESOURCE, ...DETAILS]}
        rowKey={(row) => row.id}
        sort={filters.sort}
        onSort={(sort) => address.set("sort", sort)}
        empty={filters.q ? <Empty title={t`Nothing matches`}>{t`Search for less.`}</Empty> : <NoAccounts />}
      />
    </Page>
  );
}

function NoAccounts() {
  return (
    <Empty title={t`No accounts yet`}>
      <Trans>Accounts are added on their resource. Go to{" "}
      <Anchor component={Link} to={paths.resources()} inherit underline="always">
        the resources
      </Anchor>
      , or ask an owner to share one with you.</Trans>
    </Empty>
  );
}
