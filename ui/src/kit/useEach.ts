/** The same done to each of many, a few at a time; what came of each is kept, and what failed can be tried again. */
import { t } from "@lingui/core/macro";
import { useCallback, useRef, useState } from "react";
import { problemOf } from "../api/problems";

export type Outcome = { at: "waiting" } | { at: "running" } | { at: "done"; words: string } | { at: "refused"; words: string } | { at: "left" };

export interface Each<T> {
  outcomes: ReadonlyMap<string, Outcome>;
  running: boolean;
  /** Does it to each of `items`; those of an earlier run that are not among them keep their outcome. */
  run: (items: readonly T[], act: (item: T) => Promise<string>) => Promise<void>;
  /** Begins with no further one; what has begun goes on to its end. */
  stop: () => void;
}

const AT_ONCE = 4;

export function useEach<T extends { id: string }>(): Each<T> {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [running, setRunning] = useState(false);
  const waiting = useRef<T[]>([]);

  const note = useCallback((items: readonly T[], outcome: Outcome) => setOutcomes((known) => new Map([...known, ...items.map(({ id }) => [id, outcome] as const)])), []);

  const run = useCallback(
    async (items: readonly T[], act: (item: T) => Promise<string>) => {
      waiting.current = [...items];
      setRunning(true);
      note(items, { at: "waiting" });
      const next = async (): Promise<void> => {
        for (let item = waiting.current.shift(); item !== undefined; item = waiting.current.shift()) {
          note([item], { at: "running" });
          note([item], await outcomeOf(act(item)));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
      setRunning(false);
    },
    [note],
  );

  const stop = useCallback(() => note(waiting.current.splice(0), { at: "left" }), [note]);
  return { outcomes, running, run, stop };
}

async function outcomeOf(doing: Promise<string>): Promise<Outcome> {
  try {
    return { at: "done", words: await doing };
  } catch (thrown) {
    const { title, detail } = problemOf(thrown);
    return { at: "refused", words: detail || title };
  }
}

/** Those to be tried again: refused, or never begun. */
export function again<T extends { id: string }>(items: readonly T[], outcomes: ReadonlyMap<string, Outcome>): T[] {
  return items.filter(({ id }) => ["refused", "left"].includes(outcomes.get(id)?.at ?? ""));
}

export function summed(outcomes: ReadonlyMap<string, Outcome>): string {
  const of = (...states: Outcome["at"][]) => [...outcomes.values()].filter(({ at }) => states.includes(at)).length;
  const parts: [number, string][] = [
    [of("done"), t`done`],
    [of("refused"), t`refused`],
    [of("left"), t`not begun`],
    [of("waiting", "running"), t`to come`],
  ];
  return parts.filter(([count], at) => count > 0 || at === 0).map(([count, words]) => `${count} ${words}`).join(" · ");
}
