/** The query cache and the two ways pages read: one thing, or a list page by page. */
import {
  type QueryKey,
  QueryClient,
  useInfiniteQuery,
  useQuery,
  type UseQueryResult,
  keepPreviousData,
} from "@tanstack/react-query";
import { createStore, useStore } from "../kit/store";
import { problemOf } from "./problems";

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: "always",
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && worthRetrying(error),
      refetchOnWindowFocus: true,
    },
  },
});

/** `position-ahead`: the log was set back below what we knew of; without that knowledge the read works. */
function worthRetrying(error: unknown): boolean {
  const { kind, status } = problemOf(error);
  return kind === "unreachable" || kind === "position-ahead" || status >= 500;
}

/** What a page shows of one thing: what was read last, unless it is not the reader's to see any more. */
export type Reading<T> = Pick<UseQueryResult<T>, "error" | "refetch"> & { data: T | undefined };

export function useRead<T>(
  key: QueryKey,
  read: (signal: AbortSignal) => Promise<T>,
  options: { enabled?: boolean; every?: (data: T | undefined) => number | false } = {},
): Reading<T> {
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read(signal),
    enabled: options.enabled ?? true,
    refetchInterval: (query) => options.every?.(query.state.data) ?? false,
  });
  return { data: mayStay(error) ? data : undefined, error, refetch };
}

/** A server that is away leaves on the page what was read before; one that says no takes it away. */
function mayStay(error: Error | null): boolean {
  return error === null || ![401, 403, 404].includes(problemOf(error).status);
}

/** How many rows are read at a time. */
export const pageSize = createStore(50);

export interface Listing<T> {
  rows: T[];
  loading: boolean;
  error: Error | null;
  retry: () => void;
  more: (() => void) | null;
  loadingMore: boolean;
}

/** A list by keyset: pages follow each other by cursor and are shown one below the other. */
export function useListing<T>(
  key: QueryKey,
  read: (cursor: string | undefined, signal: AbortSignal, limit: number) => Promise<Page<T>>,
  options: { onFocus?: boolean } = {},
): Listing<T> {
  const limit = useStore(pageSize);
  const found = useInfiniteQuery({
    queryKey: [...key, { limit }],
    queryFn: ({ pageParam, signal }) => read(pageParam, signal, limit),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: options.onFocus ?? true,
  });
  return {
    rows: found.data?.pages.flatMap((page) => page.items) ?? [],
    loading: found.isPending,
    error: found.isError ? found.error : null,
    retry: () => void found.refetch(),
    more: found.hasNextPage ? () => void found.fetchNextPage() : null,
    loadingMore: found.isFetchingNextPage,
  };
}

/** After a write: what is on the page is read again, at or after the write's position. */
export function readAgain(...kinds: string[]): Promise<unknown> {
  return Promise.all(kinds.map((kind) => queries.invalidateQueries({ queryKey: [kind] })));
}
