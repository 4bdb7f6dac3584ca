/** What is known of a resource. */
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
      What happened to it
    </Anchor>
  );
  return (
    <Facts
      facts={[
        ["Type", TYPE_NAMES[resource.type]],
        ["Address", <span key="address" className="sr-mono">{resource.address}</span>],
        ["Port", resource.port ?? "the usual one"],
        ["Owner", resource.owner.username],
        ["Your level", LEVEL_NAMES[resource.level]],
        ["Added", <Moment key="added" at={resource.created_at} />],
        ["Host key", <HostKey key="key" resource={resource} />],
        ["Audit trail", trail || "for administrators"],
      ]}
    />
  );
}
