/** One disclosure of one account's password, ended by leaving the page, hiding the tab, or signing out. */
import { useEffect, useMemo } from "react";
import { answer, client } from "../api/client";
import { putForAWhile } from "../kit/clipboard";
import { onLeaving } from "../kit/onLeaving";
import { useStore } from "../kit/store";
import { session } from "../sessions/session";
import { Disclosure, type Fetch } from "./disclosure";
import type { State } from "./machine";

export function useDisclosure(accountId: string, number: number): [State, Disclosure] {
  const disclosure = useMemo(() => new Disclosure(fetcher(accountId, number), putForAWhile), [accountId, number]);
  useEffect(() => {
    const ends = [onLeaving(disclosure.leave), session.subscribe(disclosure.leave)];
    return () => {
      ends.forEach((end) => end());
      disclosure.leave();
    };
  }, [disclosure]);
  return [useStore(disclosure.state), disclosure];
}

/** Straight from the API to the caller: no cache on the way. */
function fetcher(account_id: string, password_number: number): Fetch {
  return async (purpose, { reason, ticket }, signal) => {
    const body = { reason, ticket: ticket || null, purpose, password_number };
    const params = { path: { account_id } };
    const done = await answer(client.POST("/api/v1/accounts/{account_id}/disclosures", { params, body, signal }));
    return done.password;
  };
}
