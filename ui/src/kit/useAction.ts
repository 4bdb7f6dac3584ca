/** Something done at a press: busy while it runs, its failure kept to be shown, its arguments never kept. */
import { useCallback, useRef, useState } from "react";

export interface Action<A extends unknown[]> {
  run: (...args: A) => Promise<boolean>;
  busy: boolean;
  failure: unknown;
  clear: () => void;
}

/** `run` tells whether it worked; a second press while busy does nothing. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const running = useRef(false);

  const run = useCallback(
    async (...args: A) => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      setFailure(null);
      try {
        await act(...args);
        return true;
      } catch (thrown) {
        setFailure(thrown);
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [act],
  );
  return { run, busy, failure, clear: useCallback(() => setFailure(null), []) };
}
