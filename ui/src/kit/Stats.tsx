/** A few numbers side by side, each leading to what it counts. */
import { Link } from "react-router";
import { region } from "./language";
import type { Tone } from "./Sign";
import styles from "./Stats.module.css";

export interface Stat {
  name: string;
  value: number;
  to?: string;
  tone?: Tone;
}

const NUMBER = new Intl.NumberFormat(region());

export function Stats({ stats }: { stats: readonly Stat[] }) {
  return (
    <div className={styles.stats}>
      {stats.map((stat) => (
        <One key={stat.name} {...stat} />
      ))}
    </div>
  );
}

function One({ name, value, to, tone }: Stat) {
  const both = (
    <>
      <span className={styles.name}>{name}</span>
      <span className={styles.value} data-tone={tone}>
        {NUMBER.format(value)}
      </span>
    </>
  );
  return to ? <Link to={to} className={styles.stat}>{both}</Link> : <div className={styles.stat}>{both}</div>;
}
