/** How the installation does, in short: for the first page of those who look after it. */
import { t } from "@lingui/core/macro";
import { Anchor, Skeleton, Stack } from "@mantine/core";
import { Link } from "react-router";
import { Card } from "../kit/Card";
import { Facts } from "../kit/Facts";
import { Sign } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useSystem } from "./calls";
import { behind, lagOf, verdict } from "./words";

export function HealthCard() {
  const { data, error, refetch } = useSystem();
  const more = (
    <Anchor component={Link} to={paths.system()} size="xs">
      {t`All of it`}
    </Anchor>
  );
  if (!data) return <Card title={t`Health`}>{error ? <Trouble failure={error} retry={() => void refetch()} /> : <Skeleton height={90} aria-label={t`Loading`} />}</Card>;
  const { tone, says } = verdict(data.findings);
  const furthest = Math.max(0, ...data.read_models.map((each) => each.behind));
  const lag = Math.max(0, ...data.read_models.map((each) => each.lag_ms));
  return (
    <Card title={t`Health`} beside={more}>
      <Stack gap={6} align="flex-start">
        <Sign tone={tone}>{says}</Sign>
        <Facts facts={[[t`Read models`, behind(furthest)], [t`Lag`, lagOf(lag)], ["NATS", data.log.bus === null ? t`does not answer` : t`answers`]]} />
      </Stack>
    </Card>
  );
}
