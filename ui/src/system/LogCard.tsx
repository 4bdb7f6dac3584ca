/** The event log and the keys that seal it. */
import { plural, t } from "@lingui/core/macro";
import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { System } from "../api/shapes";
import { Card } from "../kit/Card";
import { Facts } from "../kit/Facts";
import { region } from "../kit/language";
import { paths } from "../paths";
import { sizeOf } from "./words";

const NUMBER = new Intl.NumberFormat(region());

export function LogCard({ system: { log, log_id, release } }: { system: System }) {
  return (
    <Card title={t`Event log`}>
      <Facts
        facts={[
          [t`Release`, release],
          [t`Log`, <span key="id" className="sr-mono">{log_id}</span>],
          [t`Last position`, <Anchor key="last" component={Link} to={paths.auditEntry(log.position)} size="sm">{NUMBER.format(log.position)}</Anchor>],
          [t`On disk`, sizeOf(log.bytes)],
          [t`Format`, log.format],
          [t`Bus`, log.bus === null ? t`does not answer` : t`up to ${{ bus: NUMBER.format(log.bus) }}`],
          [t`Clock`, log.clock_off_ms === 0 ? t`as the database's` : t`${{ clock_off_ms: NUMBER.format(log.clock_off_ms) }} ms off the database's`],
        ]}
      />
    </Card>
  );
}

const TIERS = { event: t`Seal events`, secret: t`Seal passwords` };

export function KeysCard({ keys }: { keys: System["keys"] }) {
  return (
    <Card title={t`Data keys`}>
      <Facts facts={keys.map(({ tier, count, root }) => [TIERS[tier], plural(count, { one: `# key under root ${root}`, other: `# keys under root ${root}` })])} />
      <Text size="xs" c="dimmed" mt="xs">
        {t`One for each person, account, resource, share list and day. Their values are nowhere on this page.`}
      </Text>
    </Card>
  );
}
