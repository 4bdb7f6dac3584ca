/** One key for one intention: the same while it is not known whether it was recorded, new otherwise. */
import { useCallback, useRef } from "react";
import { outcomeUnknown, problemOf } from "../api/problems";

const HEADER = "Idempotency-Key";

export type Send<T> = (headers: Record<string, string>) => Promise<T>;

export function useIdempotencyKey(): <T>(body: object, send: Send<T>) => Promise<T> {
  const open = useRef<{ key: string; body: string } | null>(null);
  return useCallback(async (body, send) => {
    const written = JSON.stringify(body);
    if (open.current?.body !== written) open.current = { key: crypto.randomUUID(), body: written };
    try {
      const done = await send({ [HEADER]: open.current.key });
      open.current = null;
      return done;
    } catch (thrown) {
      if (!outcomeUnknown(problemOf(thrown))) open.current = null;
      throw thrown;
    }
  }, []);
}
