/** A place where a secret text stands for a while; React itself never holds it. */
import { t } from "@lingui/core/macro";
import { useLayoutEffect, useRef } from "react";
import { wipe, write } from "./legible";
import styles from "./Legible.module.css";

export function Legible({ label, read }: { label: string; read: () => string }) {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { current } = place;
    if (!current) return;
    write(current, read());
    return () => wipe(current);
  }, [read]);
  return (
    <div>
      <code ref={place} className={styles.legible} role="group" aria-label={label} translate="no" />
      <p className={styles.legend} aria-hidden="true">
        <span data-class="letter">{t`letter`}</span>
        <span data-class="digit">{t`digit, underlined`}</span>
        <span data-class="symbol">{t`symbol, boxed`}</span>
      </p>
    </div>
  );
}
