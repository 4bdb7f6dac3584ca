/** What can be done to all resources that were chosen in the list. */
import { t } from "@lingui/core/macro";
import { whyNot } from "../access/why";
import type { Resource } from "../api/shapes";
import { barred } from "../many/explained";
import { HandOverMany } from "../many/HandOverMany";
import { ShareMany } from "../many/ShareMany";
import { TakeMany } from "../many/TakeMany";

const NONE = t`Choose resources first.`;

export function ManyResources({ chosen }: { chosen: readonly Resource[] }) {
  const why = (operation: string) => barred(chosen, NONE, (resource) => said(resource, whyNot(resource.may, operation)));
  return (
    <>
      <ShareMany chosen={chosen} shared="resource" why={why("access.change")} />
      <TakeMany chosen={chosen} shared="resource" why={why("access.change")} />
      <HandOverMany chosen={chosen} why={why("resource.transfer")} />
    </>
  );
}

function said({ name }: Resource, why: string | null): string | null {
  return why && `${name}: ${why}`;
}
