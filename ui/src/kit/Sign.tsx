/** A state in a word, with a shape beside the colour. */
import { Icon, type IconName } from "./icons";
import styles from "./Sign.module.css";

export type Tone = "good" | "bad" | "busy" | "careful" | "plain";

const SHAPES: Record<Tone, IconName | null> = { good: "done", bad: "failed", busy: "clock", careful: "warning", plain: null };

export function Sign({ tone, children }: { tone: Tone; children: string }) {
  const shape = SHAPES[tone];
  return (
    <span className={styles.sign} data-tone={tone}>
      {shape && <Icon name={shape} size={11} />}
      {children}
    </span>
  );
}
