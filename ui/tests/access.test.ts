import { describe, expect, it } from "vitest";
import { changesNothing, standing, steps, why } from "../src/access/words";
import type { Consequence, Stand } from "../src/api/shapes";

const NOTHING: Stand = { level: null, ground: null, until: null, hides: null, accounts: { view: 0, modify: 0, manage: 0 } };

function stand(given: Partial<Stand>): Stand {
  return { ...NOTHING, ...given };
}

function from(before: Stand, after: Stand): Consequence {
  return { user: { id: "b", username: "bob" }, able: true, accounts: 5, narrower: 0, known: null, before, after };
}

const ALL = stand({ level: "MODIFY", ground: "resource", accounts: { view: 0, modify: 5, manage: 0 } });
const HIDING = stand({ level: "VIEW", ground: "account", hides: "MODIFY", accounts: { view: 1, modify: 0, manage: 0 } });

describe("access explained", () => {
  it("says by what somebody has it, and what does not count because of that", () => {
    expect(standing(ALL, "account")).toBe("Modify by a share of the resource");
    expect(standing(HIDING, "account")).toBe("View by a share of the account itself, which decides over Modify by the resource");
    expect(standing(NOTHING, "resource")).toBe("nothing");
    expect(why(stand({ ground: "everything" }), "account")).toContain("everything is open");
  });

  it("knows a resource's accounts that are shared without it", () => {
    expect(standing(stand({ accounts: { view: 2, modify: 0, manage: 0 } }), "resource")).toBe("not the resource, but 2 accounts of it");
  });

  it("says what can be done more and less, and of how many accounts", () => {
    expect(steps(from(NOTHING, ALL)).map(({ words }) => words)).toEqual(["Can then see and show the passwords of 5 accounts.", "Can then change and reset the passwords of 5 accounts."]);
    expect(steps(from(ALL, NOTHING)).every(({ more }) => !more)).toBe(true);
    expect(steps(from(stand({ accounts: { view: 0, modify: 1, manage: 0 } }), HIDING)).map(({ words }) => words)).toEqual(["Can no longer change and reset the passwords of 1 account."]);
  });

  it("says when nothing changes", () => {
    expect(changesNothing(from(ALL, { ...ALL }))).toBe(true);
    expect(changesNothing(from(ALL, { ...ALL, until: "2026-12-01T00:00:00Z" }))).toBe(false);
  });
});
