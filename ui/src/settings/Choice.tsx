/** One thing to choose, with what it means. */
import { SegmentedControl, Text } from "@mantine/core";
import { useId } from "react";
import styles from "./Choice.module.css";

interface ChoiceProps<V extends string> {
  label: string;
  means: string;
  value: V;
  choices: readonly (readonly [V, string])[];
  onChoose: (value: V) => void;
}

export function Choice<V extends string>({ label, means, value, choices, onChoose }: ChoiceProps<V>) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <div>
        <Text size="sm" fw={550} id={id}>
          {label}
        </Text>
        <Text size="xs" c="dimmed">
          {means}
        </Text>
      </div>
      <SegmentedControl aria-labelledby={id} size="xs" value={value} onChange={(chosen) => onChoose(chosen)} data={choices.map(([choice, name]) => ({ value: choice, label: name }))} />
    </div>
  );
}
