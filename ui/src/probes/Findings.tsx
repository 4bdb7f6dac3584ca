/** What a look has found, stage by stage: where it ended, why, and what to do next. */
import { ph, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Loader, Stack, Text } from "@mantine/core";
import type { Probe } from "../api/shapes";
import { Moment } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { saidOf, STAGES, unfinished } from "./states";
import styles from "./Findings.module.css";

export function Findings({ probe }: { probe: Probe }) {
  const said = saidOf(probe);
  return (
    <Stack gap="xs">
      <Group gap="xs" role="status">
        <Sign tone={said.tone}>{said.name}</Sign>
        <Text size="sm">{said.means}</Text>
        {unfinished(probe) && <Loader size={14} aria-hidden="true" />}
      </Group>
      <Stages findings={probe.findings} />
      <Text size="xs" c="dimmed" component="div">
        <Trans>
          Asked for by {ph({ who: probe.requested_by?.name ?? "" })} <Moment at={probe.requested_at} />
        </Trans>
        {probe.ended_at && <> · <Trans>ended <Moment at={probe.ended_at} /></Trans></>}
      </Text>
    </Stack>
  );
}

function Stages({ findings }: { findings: Probe["findings"] }) {
  return (
    <ol className={styles.stages} aria-label={t`Stages`}>
      {findings.map(({ stage, verdict, words, next_step }) => (
        <li key={stage} data-verdict={verdict}>
          <Text size="sm" fw={550}>
            {STAGES[stage]} {verdict === "failed" && <Sign tone="bad">{t`failed`}</Sign>}
          </Text>
          <Text size="sm" className={styles.words}>{words}</Text>
          {next_step && <Text size="sm">{t`Next: ${next_step}`}</Text>}
        </li>
      ))}
    </ol>
  );
}
