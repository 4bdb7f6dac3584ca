/** The processes and servers that the supervisor looks after. */
import { plural, t } from "@lingui/core/macro";
import { Text } from "@mantine/core";
import type { System } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Fact, Facts } from "../kit/Facts";
import { Sign } from "../kit/Sign";

const NAMES: Record<string, string> = { postgresql: "PostgreSQL", nats: "NATS", api: "api", projector: "projector", worker: "worker" };

export function ProcessesCard({ processes }: { processes: System["processes"] }) {
  return (
    <Card title={t`Processes and servers`}>
      {processes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t`No supervisor looks after this process, so it does not know its siblings.`}
        </Text>
      ) : (
        <Facts facts={processes.map(factOf)} />
      )}
    </Card>
  );
}

function factOf({ name, ready, falls }: System["processes"][number]): Fact {
  const says = ready ? t`ready` : t`not ready`;
  const fell = plural(falls, { one: "fell once", other: "fell # times" });
  return [NAMES[name] ?? name, <Sign key={name} tone={ready ? (falls > 0 ? "careful" : "good") : "bad"}>{falls > 0 ? `${says}, ${fell}` : says}</Sign>];
}
