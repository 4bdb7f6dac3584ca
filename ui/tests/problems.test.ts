import { describe, expect, it } from "vitest";
import { endsSession, outcomeUnknown, Problem, problemFrom, problemOf } from "../src/api/problems";

function response(body: string, status: number): Response {
  return new Response(body, { status, headers: { "content-type": "application/problem+json" } });
}

describe("a problem document", () => {
  it("is read whole, with its fields by the names of the inputs", async () => {
    const document = { type: "/problems/invalid", title: "This breaks a rule", status: 422, detail: "Too short.", errors: [{ field: "body.name", message: "Too short." }] };
    const problem = await problemFrom(response(JSON.stringify(document), 422));
    expect(problem).toMatchObject({ kind: "invalid", title: "This breaks a rule", status: 422, detail: "Too short." });
    expect(problem.fields).toEqual([{ field: "name", message: "Too short." }]);
  });

  it.each(["", "<html>", "[]", "null", '{"errors": [1, {"field": 2}]}'])("may be anything at all: %s", async (body) => {
    const problem = await problemFrom(response(body, 502));
    expect(problem).toMatchObject({ kind: "unknown", status: 502, title: "Something went wrong", fields: [] });
    expect(problem.detail).toContain("502");
  });
});

describe("what was thrown", () => {
  it("is said to be unreachable when the network failed", () => {
    expect(problemOf(new TypeError("Failed to fetch")).kind).toBe("unreachable");
  });

  it("stays the problem it is", () => {
    const problem = new Problem("stale", "It has changed", 412, "Read it again.");
    expect(problemOf(problem)).toBe(problem);
  });
});

describe("the outcome", () => {
  const of = (kind: string, status: number) => new Problem(kind, "", status, "");

  it("is unknown when the connection or the log broke in the middle", () => {
    expect([of("unreachable", 0), of("outcome-unknown", 503), of("unknown", 504)].every(outcomeUnknown)).toBe(true);
  });

  it("is known when Strongroom said no", () => {
    expect([of("invalid", 422), of("refused", 403), of("busy", 503)].some(outcomeUnknown)).toBe(false);
  });

  it("of a 401 is the end of the session, a refused sign-in aside", () => {
    expect(endsSession(of("session-ended", 401))).toBe(true);
    expect(endsSession(of("sign-in-refused", 401))).toBe(false);
    expect(endsSession(of("refused", 403))).toBe(false);
  });
});
