/** The audit trail: what happened, who did it, to what, and why. */
import { t } from "@lingui/core/macro";
import { Anchor, Text } from "@mantine/core";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import type { AuditEntry } from "../api/shapes";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { useAddress } from "../kit/useAddress";
import { paths } from "../paths";
import { AuditDrawer } from "./AuditDrawer";
import { AuditFilters } from "./AuditFilters";
import { type AuditQuery, queryOf, useAudit } from "./calls";
import { ExportButton } from "./ExportButton";
import { ProofLine, ProofSign } from "./Proof";
import { SavedFilters } from "./SavedFilters";
import { Outcome, PositionNumber } from "./words";

export function Component() {
  const { position } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  const address = useAddress();
  const query = queryOf(address);
  const listing = useAudit(query);
  return (
    <Page title={t`Audit trail`} explain={t`Every event, newest first. Reading it is recorded too.`} actions={<Actions query={query} again={listing.retry} />}>
      <ProofLine />
      <SavedFilters />
      <AuditFilters address={address} />
      <Listed
        caption={t`Audit trail`}
        listing={listing}
        columns={columns(search)}
        rowKey={(row) => row.position}
        empty={<Empty title={t`No event matches`}>{t`Take a filter away, or choose a longer time.`}</Empty>}
      />
      <AuditDrawer position={position === undefined ? null : Number(position)} onClose={() => void navigate(paths.audit() + search)} />
    </Page>
  );
}

function Actions({ query, again }: { query: AuditQuery; again: () => void }) {
  return (
    <>
      <ExportButton query={query} />
      <Press icon="renew" onPress={again}>
        {t`Read again`}
      </Press>
    </>
  );
}

function columns(search: string): Column<AuditEntry>[] {
  return [
    {
      name: t`Position`,
      cell: (row) => (
        <Anchor component={Link} to={paths.auditEntry(row.position, search)} size="sm" preventScrollReset>
          <PositionNumber position={row.position} />
        </Anchor>
      ),
    },
    { name: t`When`, cell: (row) => <Moment at={row.recorded_at} /> },
    { name: t`Who`, cell: (row) => row.actor.name },
    { name: t`Event`, cell: (row) => row.title },
    { name: t`Object`, long: true, cell: (row) => row.object?.name ?? "" },
    { name: t`Summary`, long: true, cell: (row) => <Text inherit lineClamp={3}>{row.summary}</Text> },
    { name: t`Reason`, long: true, cell: (row) => row.reason ?? "" },
    { name: t`Outcome`, cell: (row) => <Outcome outcome={row.outcome} /> },
    { name: t`Proof`, cell: (row) => <ProofSign position={row.position} /> },
  ];
}
