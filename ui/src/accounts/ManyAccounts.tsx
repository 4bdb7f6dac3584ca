/** What can be done to all accounts that were chosen in the list. */
import { t } from "@lingui/core/macro";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { ResetMany } from "../batches/ResetMany";
import { barred } from "../many/explained";
import { ShareMany } from "../many/ShareMany";
import { TakeMany } from "../many/TakeMany";
import { VerifyMany } from "../many/VerifyMany";

const NONE = t`Choose accounts first.`;

export function ManyAccounts({ chosen }: { chosen: readonly Account[] }) {
  const items = chosen.map((account) => ({ id: account.id, name: nameOf(account) }));
  const why = (operation: string) => barred(chosen, NONE, (account) => said(account, whyNot(account.may, operation)));
  return (
    <>
      <ShareMany chosen={items} shared="account" why={why("access.change")} />
      <TakeMany chosen={items} shared="account" why={why("access.change")} />
      <VerifyMany chosen={items} why={why("account.reset")} />
      <ResetMany chosen={chosen} why={why("account.reset")} />
    </>
  );
}

function said(account: Account, why: string | null): string | null {
  return why && `${nameOf(account)}: ${why}`;
}

export function nameOf({ username, resource }: Account): string {
  return t`${username} on ${{ resource: resource.name }}`;
}
