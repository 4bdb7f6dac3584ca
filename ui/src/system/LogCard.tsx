/** The event log and the keys that seal it. */
import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { System } from "../api/shapes";
import { Card } from "../kit/Card";
import { Facts } from "../kit/Facts";
import { paths } from "../paths";
import { sizeOf } from "./words";

const NUMBER = new Intl.NumberFormat();

export function LogCard({ system: { log, log_id, release } }: { system: System }) {
  return (
    <Card title="Event log">
      <Facts
        facts={[
          ["Release", release],
          ["Log", <span key="id" className="sr-mono">{log_id}</span>],
          ["Last position", <Anchor key="last" component={Link} to={paths.auditEntry(log.position)} size="sm">{NUMBER.format(log.position)}</Anchor>],
          ["On disk", sizeOf(log.bytes)],
          ["Format", log.format],
          ["Bus", log.bus === null ? "does not answer" : `up to ${NUMBER.format(log.bus)}`],
          ["Clock", log.clock_off_ms === 0 ? "as the database's" : `${NUMBER.format(log.clock_off_ms)} ms off the database's`],
        ]}
      />
    </Card>
  );
}

const TIERS = { event: "Seal events", secret: "Seal passwords" };

export function KeysCard({ keys }: { keys: System["keys"] }) {
  return (
    <Card title="Data keys">
      <Facts facts={keys.map(({ tier, count, root }) => [TIERS[tier], `${NUMBER.format(count)} keys under root ${root}`])} />
      <Text size="xs" c="dimmed" mt="xs">
        One for each person, account, resource, share list and day. Their values are nowhere on this page.
      </Text>
    </Card>
  );
}
