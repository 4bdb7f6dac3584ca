/** A part of a page with a name of its own. */
import { type ReactNode, useId } from "react";
import styles from "./Card.module.css";

interface CardProps {
  title: string;
  /** Stands beside the title: a link, a number, a choice. */
  beside?: ReactNode;
  /** Holds a table or a list that goes from edge to edge. */
  flush?: boolean;
  children: ReactNode;
}

export function Card({ title, beside, flush, children }: CardProps) {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        {beside && <div className={styles.beside}>{beside}</div>}
      </div>
      <div className={styles.body} data-flush={flush ? true : undefined}>
        {children}
      </div>
    </section>
  );
}
