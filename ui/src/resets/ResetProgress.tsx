/** How far a reset is: its state and every step recorded, as they come. */
import { t } from "@lingui/core/macro";
import { Group, Loader, Stack, Text } from "@mantine/core";
import type { Reset } from "../api/shapes";
import { Moment } from "../kit/Moment";
import { Sign } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { useReset } from "./calls";
import styles from "./ResetProgress.module.css";
import { STATES, meaningOf, stepName, unfinished } from "./states";

export function ResetProgress({ id }: { id: string }) {
  const { data, error, refetch } = useReset(id);
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Loader size="sm" aria-label={t`Loading`} />;
  return <Progress reset={data} />;
}

export function Progress({ reset }: { reset: Reset }) {
  return (
    <Stack gap="xs">
      <Group gap="xs" role="status">
        <ResetState state={reset.state} />
        <Text size="sm">{meaningOf(reset)}</Text>
        {unfinished(reset.state) && <Loader size={14} aria-hidden="true" />}
      </Group>
      {reset.because && <Text size="sm">{reset.because}</Text>}
      {reset.next_step && <Text size="sm">{t`Next: ${{ next_step: reset.next_step }}`}</Text>}
      <Steps steps={reset.steps} />
    </Stack>
  );
}

export function ResetState({ state }: { state: Reset["state"] }) {
  return <Sign tone={STATES[state].tone}>{STATES[state].name}</Sign>;
}

function Steps({ steps }: { steps: Reset["steps"] }) {
  return (
    <ol className={styles.steps} aria-label={t`Steps`}>
      {steps.map((step, index) => (
        <li key={`${step.at} ${index}`}>
          <Text size="sm" fw={550}>
            {stepName(step.what)}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            <Moment at={step.at} />
            {step.detail && ` · ${step.detail}`}
          </Text>
        </li>
      ))}
    </ol>
  );
}
