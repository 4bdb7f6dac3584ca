/** Nothing here: what would stand here, and what to do next. */
import type { ReactNode } from "react";
import styles from "./Empty.module.css";
import { Icon, type IconName } from "./icons";

export function Empty({ title, icon = "search", children }: { title: string; icon?: IconName; children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <span className={styles.mark}>
        <Icon name={icon} size={20} />
      </span>
      <p className={styles.title}>{title}</p>
      <div className={styles.next}>{children}</div>
    </div>
  );
}
