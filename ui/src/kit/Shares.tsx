/** How a whole divides: each part with its number and its share as a bar. */
import { region } from "./language";
import styles from "./Shares.module.css";
import type { Tone } from "./Sign";

export interface Share {
  name: string;
  value: number;
  tone?: Tone;
}

const NUMBER = new Intl.NumberFormat(region());

export function Shares({ shares }: { shares: readonly Share[] }) {
  const whole = Math.max(1, shares.reduce((sum, { value }) => sum + value, 0));
  return (
    <ul className={styles.shares}>
      {shares.map(({ name, value, tone }) => (
        <li key={name}>
          <span className={styles.line}>
            <span>{name}</span>
            <b>{NUMBER.format(value)}</b>
          </span>
          <svg className={styles.bar} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect className={styles.ground} width="100" height="6" />
            <rect className={styles.part} data-tone={tone} width={(100 * value) / whole} height="6" />
          </svg>
        </li>
      ))}
    </ul>
  );
}
