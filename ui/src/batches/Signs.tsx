/** What came of a batch, in a few signs. */
import { t } from "@lingui/core/macro";
import { Group, Text } from "@mantine/core";
import { Sign } from "../kit/Sign";
import { type Counts, signsOf } from "./progress";

export function Signs({ counts }: { counts: Counts }) {
  const signs = signsOf(counts);
  if (signs.length === 0) return <Text size="sm" c="dimmed" span>{t`nothing you see any more`}</Text>;
  return (
    <Group gap={6}>
      {signs.map(({ tone, words }) => (
        <Sign key={words} tone={tone}>
          {words}
        </Sign>
      ))}
    </Group>
  );
}
