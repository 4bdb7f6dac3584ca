/** What is known of a resource. */
import { t } from "@lingui/core/macro";
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { LEVEL_NAMES } from "../access/levels";
import type { Resource } from "../api/shapes";
import { Facts } from "../kit/Facts";
import { Moment } from "../kit/Moment";
import { paths } from "../paths";
import { useMay } from "../sessions/session";
import { HostKey } from "./HostKey";
import { TYPE_NAMES } from "./types";

export function ResourceFacts({ resource }: { resource: Resource }) {
  const trail = useMay("audit.read") && (
    <Anchor component={Link} to={paths.audit({ object: resource.id })} size="sm">
      {t`What happened to it`}
    </Anchor>
  );
  return (
    <Facts
      facts={[
        [t`Type`, TYPE_NAMES[resource.type]],
        [t`Address`, <span key="address" className="sr-mono">{resource.address}</span>],
        [t`Port`, resource.port ?? t`the usual one`],
        [t`Owner`, resource.owner.username],
        [t`Your level`, LEVEL_NAMES[resource.level]],
        [t`Added`, <Moment key="added" at={resource.created_at} />],
        [t`Host key`, <HostKey key="key" resource={resource} />],
        [t`Audit trail`, trail || t`for administrators`],
      ]}
    />
  );
}
