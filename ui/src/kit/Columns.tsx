/** A broad column and a narrow one; below each other where there is no room. */
import type { ReactNode } from "react";
import styles from "./Columns.module.css";

export function Columns({ children, beside }: { children: ReactNode; beside: ReactNode }) {
  return (
    <div className={styles.columns}>
      <div>{children}</div>
      <div>{beside}</div>
    </div>
  );
}
