/** The resources one may see. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Select, Text } from "@mantine/core";
import { Link, useNavigate } from "react-router";
import { LEVEL_NAMES } from "../access/levels";
import { whyNot } from "../access/why";
import type { Resource } from "../api/shapes";
import { KeptFilter } from "../hand/KeptFilter";
import { choosing } from "../kit/choosing";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { SearchField } from "../kit/SearchField";
import { useAddress } from "../kit/useAddress";
import { useAddressed } from "../kit/useAddressed";
import { useChosen } from "../kit/useChosen";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { paths } from "../paths";
import { useCurrent, useMay } from "../sessions/session";
import { addResource, useResources } from "./calls";
import { ManyResources } from "./ManyResources";
import { ResourceDialog } from "./ResourceDialog";
import { TYPE_CHOICES, TYPE_NAMES } from "./types";

export function Component() {
  const address = useAddress();
  const filters = { q: address.get("q"), type: address.get("type"), kept: address.get("kept") !== "", sort: address.get("sort") || "name" };
  const filtered = filters.q !== "" || filters.type !== "";
  const listing = useResources(filters);
  const chosen = useChosen(listing.rows);
  const actions = (
    <>
      <ManyResources chosen={chosen.rows} />
      <ImportResources />
      <AddResource />
    </>
  );
  return (
    <Page title={t`Resources`} explain={t`Systems whose accounts are kept here.`} actions={actions}>
      <div className="sr-filters">
        <SearchField label={t`Search by name or address`} value={filters.q} onSearch={(q) => address.set("q", q)} />
        <Select label={t`Type`} data={[{ value: "", label: t`All types` }, ...TYPE_CHOICES]} value={filters.type} onChange={(type) => address.set("type", type)} />
        <KeptFilter kept={filters.kept} onKept={(kept) => address.set("kept", kept ? "1" : null)} />
      </div>
      <Listed
        caption={t`Resources`}
        listing={listing}
        columns={[choosing(chosen, listing.rows.length, ({ name }) => name), ...COLUMNS]}
        rowKey={(row) => row.id}
        sort={filters.sort}
        onSort={(sort) => address.set("sort", sort)}
        empty={<Nothing filtered={filtered} kept={filters.kept} />}
      />
    </Page>
  );
}

function ImportResources() {
  const why = useMay("account.add") ? null : t`Your roles do not include adding accounts.`;
  const navigate = useNavigate();
  return (
    <Press icon="load" why={why} onPress={() => void navigate(paths.import())}>
      {t`Import`}
    </Press>
  );
}

function AddResource() {
  const why = whyNot(useCurrent().user.operations, "resource.add");
  const [opened, open, close] = useAddressed("add", why === null);
  const navigate = useNavigate();
  const once = useIdempotencyKey();
  return (
    <>
      <Press variant="filled" icon="plus" why={why} onPress={open}>
        {t`Add resource`}
      </Press>
      <ResourceDialog
        resource={null}
        opened={opened}
        onClose={close}
        save={async (body) => {
          const id = await once(body, (headers) => addResource(body, headers));
          await navigate(paths.resource(id));
        }}
      />
    </>
  );
}

function Nothing({ filtered, kept }: { filtered: boolean; kept: boolean }) {
  const why = whyNot(useCurrent().user.operations, "resource.add");
  if (filtered) return <Empty title={t`Nothing matches`}>{t`Take a filter away, or search for less.`}</Empty>;
  if (kept) return <Empty title={t`No favourites`} icon="star">{t`Open a resource and press Add to favourites: it stands here then, and on the overview.`}</Empty>;
  return (
    <Empty title={t`No resources yet`}>
      {why ? t`Nothing has been shared with you. Ask the owner of a resource to share it.` : <><Trans>Add the first one: a server and its address. Or <Anchor component={Link} to={paths.import()} inherit underline="always">import all of them</Anchor> from a CSV file.</Trans></>}
    </Empty>
  );
}

const COLUMNS: readonly Column<Resource>[] = [
  {
    name: t`Name`,
    long: true,
    sort: "name",
    cell: (row) => (
      <Anchor component={Link} to={paths.resource(row.id)} size="sm" fw={550}>
        {row.name}
      </Anchor>
    ),
  },
  { name: t`Type`, sort: "type", cell: (row) => TYPE_NAMES[row.type] },
  { name: t`Address`, long: true, sort: "address", cell: (row) => <span className="sr-mono">{row.port ? `${row.address}:${row.port}` : row.address}</span> },
  { name: t`Owner`, cell: (row) => row.owner.username },
  { name: t`Your level`, cell: (row) => LEVEL_NAMES[row.level] },
  { name: t`Accounts`, cell: (row) => <Text size="sm" span>{row.accounts}</Text> },
  { name: t`Added`, sort: "created_at", cell: (row) => <Moment at={row.created_at} /> },
];
