/** An import under way: what is known of its rows so far, told a few times a second. */
import { useCallback, useRef, useState } from "react";
import { problemOf } from "../api/problems";
import type { ImportEnded, ImportPreview, RowDone } from "../api/shapes";
import { type Action, useAction } from "../kit/useAction";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { importFile, type Wanted } from "./calls";
import type { Results } from "./rows";

const EVERY_MS = 200;

export interface Importing extends Action<[Wanted]> {
  results: Results;
  /** How many rows of the latest try have an answer. */
  done: number;
  wanted: Wanted | null;
  /** As it was when the import began: what it adds must not look as if it had been there. */
  begun: ImportPreview | null;
  ended: ImportEnded | null;
}

export function useImporting(file: File, preview: ImportPreview | undefined): Importing {
  const [results, setResults] = useState<Results>(new Map());
  const [heard, setHeard] = useState(0);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [begun, setBegun] = useState<ImportPreview | null>(null);
  const [ended, setEnded] = useState<ImportEnded | null>(null);
  const once = useIdempotencyKey();
  const told = useTold((rows) => {
    setResults((known) => new Map([...known, ...rows.map((row) => [row.row, row] as const)]));
    setHeard((count) => count + rows.length);
  });
  const action = useAction(async (next: Wanted) => {
    setWanted(next);
    setBegun((known) => known ?? preview ?? null);
    setHeard(0);
    setEnded(null);
    const { digest, rows, reason } = next;
    try {
      setEnded(await once({ digest, rows, reason }, (headers) => importFile(file, next, headers, told.add)));
    } catch (thrown) {
      if (results.size === 0 && refused(thrown)) setBegun(null);
      throw thrown;
    } finally {
      told.flush();
    }
  });
  return { ...action, results, done: heard, wanted, begun, ended };
}

/** It did not even begin: the file has changed since its preview, for example. */
function refused(thrown: unknown): boolean {
  const { status } = problemOf(thrown);
  return status >= 400 && status < 500;
}

function useTold(tell: (rows: RowDone[]) => void) {
  const waiting = useRef<RowDone[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const latest = useRef(tell);
  const flush = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    latest.current(waiting.current.splice(0));
  }, []);
  const add = useCallback(
    (row: RowDone) => {
      waiting.current.push(row);
      timer.current ??= setTimeout(flush, EVERY_MS);
    },
    [flush],
  );
  return { add, flush };
}
