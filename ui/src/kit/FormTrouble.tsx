/** Puts a failed form's messages beside their inputs, or else above them, and the focus on the first: said once. */
import { t } from "@lingui/core/macro";
import type { UseFormReturnType } from "@mantine/form";
import { type RefObject, useEffect, useRef } from "react";
import { problemOf } from "../api/problems";
import { Trouble } from "./Trouble";

interface FormTroubleProps<V> {
  form: UseFormReturnType<V>;
  failure: unknown;
  known: readonly string[];
  /** Offered when the thing has changed since it was read (412). */
  reload?: () => void;
}

export function FormTrouble<V>({ form, failure, known, reload }: FormTroubleProps<V>) {
  const alert = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (failure) showErrors(form, failure, known, alert);
    // Only a new failure moves the focus; the form object itself is new at every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [failure]);
  if (!failure) return null;
  const shown = known.filter((name) => form.getInputNode(name) !== null);
  if (allBeside(failure, shown)) return null;
  const changed = problemOf(failure).kind === "stale";
  return <Trouble failure={failure} shown={shown} focusRef={alert} retry={changed ? reload : undefined} retryLabel={t`Reload`} />;
}

/** Whether every message stands beside an input already. */
function allBeside(failure: unknown, shown: readonly string[]): boolean {
  const { fields } = problemOf(failure);
  return fields.length > 0 && fields.every(({ field }) => shown.includes(field));
}

function showErrors<V>(
  form: UseFormReturnType<V>,
  failure: unknown,
  known: readonly string[],
  alert: RefObject<HTMLDivElement | null>,
): void {
  const beside = problemOf(failure).fields.filter(({ field }) => known.includes(field));
  form.setErrors(Object.fromEntries(beside.map(({ field, message }) => [field, message])));
  const first = beside[0] && form.getInputNode(beside[0].field);
  (first ?? alert.current)?.focus();
}
