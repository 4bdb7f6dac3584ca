/** What is known of an account. */
import { t } from "@lingui/core/macro";
import { Anchor, Paper } from "@mantine/core";
import { Link } from "react-router";
import { LEVEL_NAMES } from "../access/levels";
import type { Account } from "../api/shapes";
import { Facts } from "../kit/Facts";
import { paths } from "../paths";
import { useMay } from "../sessions/session";

export function AccountFacts({ account }: { account: Account }) {
  const { resource } = account;
  const trail = useMay("audit.read") && (
    <Anchor component={Link} to={paths.audit({ object: account.id })} size="sm">
      {t`What happened to it`}
    </Anchor>
  );
  return (
    <Paper withBorder p="md">
      <Facts
        facts={[
          [t`User name`, account.username],
          [t`Resource`, <Anchor key="resource" component={Link} to={paths.resource(resource.id)} size="sm">{resource.name}</Anchor>],
          [t`Address`, <span key="address" className="sr-mono">{resource.address}</span>],
          [t`Description`, account.description],
          [t`Your level`, LEVEL_NAMES[account.level]],
          [t`Audit trail`, trail || t`for administrators`],
        ]}
      />
    </Paper>
  );
}
