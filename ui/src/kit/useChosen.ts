/** Rows chosen in a list, by id: what has left the list is chosen no more. */
import { useState } from "react";

export interface Chosen<T> {
  rows: readonly T[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  all: (wanted: boolean) => void;
}

export function useChosen<T extends { id: string }>(rows: readonly T[]): Chosen<T> {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return {
    rows: rows.filter(({ id }) => ids.has(id)),
    has: (id) => ids.has(id),
    toggle: (id) => setIds((known) => without(known, id) ?? new Set(known).add(id)),
    all: (wanted) => setIds(new Set(wanted ? rows.map(({ id }) => id) : [])),
  };
}

function without(known: ReadonlySet<string>, id: string): Set<string> | null {
  if (!known.has(id)) return null;
  return new Set([...known].filter((each) => each !== id));
}
