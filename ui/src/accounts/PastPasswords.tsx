/** Every password an account has had; showing an old one is recorded like showing the current one. */
import { t } from "@lingui/core/macro";
import type { Account, PastPassword } from "../api/shapes";
import { whyNot } from "../access/why";
import { Password } from "../disclosures/Password";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { usePastPasswords } from "./calls";

const CAUSES: Record<PastPassword["cause"], string> = { added: t`added with the account`, changed: t`changed in the vault`, reset: t`reset on the resource` };

export function PastPasswords({ account }: { account: Account }) {
  return (
    <Listed
      caption={t`Passwords of ${{ username: account.username }}`}
      listing={usePastPasswords(account.id)}
      columns={columns(account)}
      rowKey={(row) => row.number}
      empty={<Empty title={t`No password yet`}>{t`Change or reset it to set the first.`}</Empty>}
    />
  );
}

function columns(account: Account): Column<PastPassword>[] {
  const why = whyNot(account.may, "account.disclose");
  return [
    { name: t`Number`, cell: (row) => row.number },
    { name: t`Set`, cell: (row) => <Moment at={row.set_at} /> },
    { name: t`By`, cell: (row) => row.set_by.name },
    { name: t`How`, cell: (row) => CAUSES[row.cause] },
    {
      name: t`Password`,
      cell: (row) =>
        row.current ? <Sign tone="good">{t`current`}</Sign> : <Password small accountId={account.id} number={row.number} of={t`password ${{ number: row.number }} of ${{ username: account.username }}`} why={why} />,
    },
  ];
}
