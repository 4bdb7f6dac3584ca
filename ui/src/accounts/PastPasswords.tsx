/** Every password an account has had; showing an old one is recorded like showing the current one. */
import type { Account, PastPassword } from "../api/shapes";
import { whyNot } from "../access/why";
import { Password } from "../disclosures/Password";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { usePastPasswords } from "./calls";

const CAUSES: Record<PastPassword["cause"], string> = { added: "added with the account", changed: "changed in the vault", reset: "reset on the resource" };

export function PastPasswords({ account }: { account: Account }) {
  return (
    <Listed
      caption={`Passwords of ${account.username}`}
      listing={usePastPasswords(account.id)}
      columns={columns(account)}
      rowKey={(row) => row.number}
      empty={<Empty title="No password yet">Change or reset it to set the first.</Empty>}
    />
  );
}

function columns(account: Account): Column<PastPassword>[] {
  const why = whyNot(account.may, "account.disclose");
  return [
    { name: "Number", cell: (row) => row.number },
    { name: "Set", cell: (row) => <Moment at={row.set_at} /> },
    { name: "By", cell: (row) => row.set_by.name },
    { name: "How", cell: (row) => CAUSES[row.cause] },
    {
      name: "Password",
      cell: (row) =>
        row.current ? <Sign tone="good">current</Sign> : <Password small accountId={account.id} number={row.number} of={`password ${row.number} of ${account.username}`} why={why} />,
    },
  ];
}
