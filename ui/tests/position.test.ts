import { beforeEach, describe, expect, it, vi } from "vitest";
import { client, ifMatch, stale } from "../src/api/client";
import { sessionLost, setCsrfToken, whenSessionIsLost } from "../src/api/credentials";
import { atLeast, forgetPosition, knownPosition, notePosition } from "../src/api/position";
import { Problem } from "../src/api/problems";

const seen: Request[] = [];

function answering(body: unknown, headers: Record<string, string> = {}, status = 200): void {
  vi.stubGlobal("fetch", (request: Request) => {
    seen.push(request);
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } }));
  });
}

beforeEach(() => {
  seen.length = 0;
  forgetPosition();
  setCsrfToken(null);
  stale.set(false);
});

const write = () => client.POST("/api/v1/me/password", { body: { current_password: "a", new_password: "b" } });
const read = () => client.GET("/api/v1/status");

describe("the position", () => {
  it("only ever grows", () => {
    notePosition("7");
    notePosition(3);
    expect(knownPosition()).toBe(7);
  });

  it.each([null, "", "soon", "1.5", "-4", "1e999"])("is not moved by %s", (header) => {
    notePosition(header);
    expect(atLeast()).toEqual({});
  });

  it("of a write is asked of every read that follows", async () => {
    answering({ position: 42 }, { "Strongroom-Position": "42" });
    await write();
    await read();
    expect(seen[0]?.headers.get("Strongroom-At-Least")).toBeNull();
    expect(seen[1]?.headers.get("Strongroom-At-Least")).toBe("42");
  });
});

describe("a call", () => {
  it("carries the CSRF token when it changes something, and only then", async () => {
    setCsrfToken("token");
    answering({});
    await write();
    await read();
    expect(seen.map((request) => request.headers.get("X-CSRF-Token"))).toEqual(["token", null]);
  });

  it("names the version it has read", () => {
    expect(ifMatch(7)).toEqual({ "If-Match": '"7"' });
  });

  it("tells of a stale answer until a fresh one comes", async () => {
    answering({}, { "Strongroom-Stale": "true" });
    await read();
    expect(stale.get()).toBe(true);
    answering({});
    await read();
    expect(stale.get()).toBe(false);
  });

  it("ends the session when the server does not know it, and not for a mistyped password", async () => {
    const lost = vi.fn();
    whenSessionIsLost(lost);
    answering({ type: "/problems/sign-in-refused", title: "No", status: 401, detail: "No" }, {}, 401);
    await expect(write()).rejects.toBeInstanceOf(Problem);
    expect(lost).not.toHaveBeenCalled();
    answering({ type: "/problems/session-ended", title: "Over", status: 401, detail: "Over" }, {}, 401);
    await expect(read()).rejects.toBeInstanceOf(Problem);
    expect(lost).toHaveBeenCalledOnce();
    whenSessionIsLost(() => undefined);
    sessionLost();
  });
});

describe("a position that the log has not reached", () => {
  it("is forgotten, so that the next read works", async () => {
    notePosition(99);
    answering({ type: "/problems/position-ahead", title: "Ahead", status: 400, detail: "Ahead" }, {}, 400);
    await expect(read()).rejects.toMatchObject({ kind: "position-ahead" });
    expect(atLeast()).toEqual({});
  });
});
