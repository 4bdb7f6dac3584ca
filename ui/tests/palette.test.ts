import { describe, expect, it } from "vitest";
import { moved, offersFor, rank, wordsOf } from "../src/palette/commands";

const labels = (typed: string, ...operations: string[]) => offersFor(typed, operations).map(({ label }) => label);

describe("the palette", () => {
  it("offers only what one's roles include", () => {
    expect(labels("")).toEqual(["Overview", "Resources", "Accounts", "My sessions", "Settings", "Change my password", "Switch between light and dark", "Sign out"]);
    expect(labels("", "user.view", "audit.read", "system.view", "resource.add", "account.reset")).toEqual(expect.arrayContaining(["Batches", "Users", "Audit trail", "System", "Add resource"]));
  });

  it("puts first what begins with what is typed", () => {
    expect(labels("re", "resource.add")).toEqual(["Resources", "Add resource", "Overview"].filter((each) => rank(each, ["re"]) > 0));
    expect(labels("au tr", "audit.read")).toEqual(["Audit trail"]);
    expect(labels("no such thing")).toEqual([]);
  });

  it("wants every word", () => {
    expect(rank("Audit trail", wordsOf(" AUDIT  x "))).toBe(0);
    expect(rank("Audit trail", wordsOf("trail"))).toBeGreaterThan(0);
  });

  it("goes round", () => {
    expect([moved(0, -1, 3), moved(2, 1, 3), moved(0, 1, 0)]).toEqual([2, 0, 0]);
  });
});
