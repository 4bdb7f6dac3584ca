/** The one way to the API: the generated client, with positions, CSRF token, staleness and problems seen to. */
import createClient, { type Middleware } from "openapi-fetch";
import { createStore } from "../kit/store";
import { csrfToken, sessionLost } from "./credentials";
import { atLeast, forgetPosition, notePosition, POSITION } from "./position";
import { endsSession, problemFrom } from "./problems";
import type { paths } from "./schema";

/** Whether the last read was older than what this console knows of. */
export const stale = createStore(false);

const headers: Middleware = {
  onRequest({ request }) {
    const read = request.method === "GET";
    const token = csrfToken();
    const added = read ? atLeast() : token === null ? {} : { "X-CSRF-Token": token };
    for (const [name, value] of Object.entries(added)) request.headers.set(name, value);
  },
  onResponse({ request, response }) {
    notePosition(response.headers.get(POSITION));
    if (request.method === "GET" && response.ok) stale.set(response.headers.get("Strongroom-Stale") === "true");
  },
};

const problems: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return;
    const problem = await problemFrom(response);
    if (endsSession(problem)) sessionLost();
    if (problem.kind === "position-ahead") forgetPosition();
    throw problem;
  },
};

export const client = createClient<paths>({
  credentials: "same-origin",
  cache: "no-store",
  redirect: "error",
  fetch: (request) => globalThis.fetch(request),
});
client.use(problems, headers);

/** The body of a successful answer; every other end is thrown as a Problem. */
export async function answer<T>(call: Promise<{ data?: T; response: Response }>): Promise<NonNullable<T>> {
  const { data, response } = await call;
  if (data === undefined || data === null) throw await problemFrom(response);
  return data;
}

/** The version that was read, so that the write is refused when somebody else was faster. */
export function ifMatch(version: number): Record<string, string> {
  return { "If-Match": `"${version}"` };
}
