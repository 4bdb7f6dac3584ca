/** The batches of resets one asked for last, and the way to the others. */
import { t } from "@lingui/core/macro";
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useLatestBatches } from "../batches/calls";
import { Signs } from "../batches/Signs";
import { Card } from "../kit/Card";
import { Moment } from "../kit/Moment";
import { paths } from "../paths";

const LATEST = 3;

export function BatchesCard() {
  const { data } = useLatestBatches(LATEST);
  if (!data || data.items.length === 0) return null;
  const all = (
    <Anchor component={Link} to={paths.batches()} size="xs">
      {t`All batches`}
    </Anchor>
  );
  return (
    <Card title={t`Your last batches`} beside={all}>
      <Stack gap="sm">
        {data.items.map(({ id, reason, opened_at, counts }) => (
          <div key={id}>
            <Group gap="xs" justify="space-between" wrap="nowrap">
              <Anchor component={Link} to={paths.batch(id)} size="sm" className="sr-shrink" truncate>
                {reason ?? t`no reason given`}
              </Anchor>
              <Text size="xs" c="dimmed" component="div">
                <Moment at={opened_at} />
              </Text>
            </Group>
            <Signs counts={counts} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
