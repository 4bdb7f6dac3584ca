/** Filters and sorting live in the address bar, so that back, reload and links keep them. */
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export interface Address {
  get: (name: string) => string;
  all: (name: string) => string[];
  set: (name: string, value: string | readonly string[] | null) => void;
  setAll: (values: Readonly<Record<string, string | readonly string[] | null>>) => void;
}

export function useAddress(): Address {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (name: string, value: string | readonly string[] | null) =>
      setParams((before) => changed(before, name, value), { replace: true }),
    [setParams],
  );
  const setAll = useCallback(
    (values: Readonly<Record<string, string | readonly string[] | null>>) =>
      setParams((before) => Object.entries(values).reduce((left, [name, value]) => changed(left, name, value), before)),
    [setParams],
  );
  return { setAll, get: (name) => params.get(name) ?? "", all: (name) => params.getAll(name), set };
}

function changed(before: URLSearchParams, name: string, value: string | readonly string[] | null): URLSearchParams {
  const after = new URLSearchParams(before);
  after.delete(name);
  [value ?? []].flat().filter(Boolean).forEach((one) => after.append(name, one));
  return after;
}
