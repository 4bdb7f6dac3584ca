import { describe, expect, it } from "vitest";
import { sightOf } from "../src/accounts/sight";
import type { Access } from "../src/api/shapes";

function access(owner: string, ...people: (string | [string, string])[]): Access {
  const grants = people.map((each) => {
    const [name, until] = typeof each === "string" ? [each, null] : each;
    return { subject: { kind: "user" as const, id: name, name }, level: "VIEW" as const, until };
  });
  return { owner: { id: owner, username: owner }, grants, version: 1 };
}

describe("an account that is moved", () => {
  it("is lost by the old owner and his shares, gained by the new one and his", () => {
    const sight = sightOf(access("carol"), access("carol", "bob", "ann"), access("dave", "eve"));
    expect(sight).toEqual({ lose: ["ann", "bob", "carol"], gain: ["dave", "eve"] });
  });

  it("stays with whom it was shared itself, and with who has both resources", () => {
    const sight = sightOf(access("carol", "bob"), access("carol", "bob", "ann"), access("carol", "ann"));
    expect(sight).toEqual({ lose: [], gain: [] });
  });

  it("is lost by whose own share has ended", () => {
    const sight = sightOf(access("carol", ["bob", "2020-01-01T00:00:00Z"]), access("carol", "bob"), access("carol"));
    expect(sight).toEqual({ lose: ["bob"], gain: [] });
  });
});
