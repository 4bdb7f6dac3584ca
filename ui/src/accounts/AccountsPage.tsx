/** The accounts one may see, over all resources. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
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
    <Page title={t`Accounts`} explain={t`Privileged logins on the resources.`} actions={<ManyAccounts chosen={chosen.rows} />}>
      <div className="sr-filters">
        <SearchField label={t`Search by user name or resource`} value={filters.q} onSearch={(q) => address.set("q", q)} />
        <KeptFilter kept={filters.kept} onKept={(kept) => address.set("kept", kept ? "1" : null)} />
      </div>
      <Listed
        caption={t`Accounts`}
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
  if (q) return <Empty title={t`Nothing matches`}>{kept ? t`Search for less, or among all and not your favourites only.` : t`Search for less.`}</Empty>;
  if (kept) return <Empty title={t`No favourites`} icon="star">{t`Open an account and press Add to favourites: it stands here then, and on the overview.`}</Empty>;
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
