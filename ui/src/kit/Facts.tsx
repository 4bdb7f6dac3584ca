/** Names and values, side by side. */
import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import styles from "./Facts.module.css";

export type Fact = readonly [name: string, value: ReactNode];

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === "" || value === null || value === undefined ? <span className={styles.none}>{t`none`}</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}
