import { describe, expect, it } from "vitest";
import { countsOf, type Item, signsOf, stillGoing, unopened, worthRetrying } from "../src/batches/progress";

function item(account_id: string, state: Item["state"]): Item {
  return { account_id, state, username: "u", resource_id: "r", resource: "web", reset_id: "x", because: null, next_step: null, ended_at: null };
}

const ITEMS = [item("a", "confirmed"), item("b", "failed"), item("c", "in_doubt"), item("d", "attempting"), item("e", null), item("f", "open")];

describe("a batch of resets", () => {
  it("is counted by what came of each", () => {
    expect(countsOf(ITEMS)).toEqual({ confirmed: 1, failed: 1, in_doubt: 1, running: 2, unopened: 1 });
  });

  it("says first what needs somebody, and nothing of what is not", () => {
    expect(signsOf(countsOf(ITEMS)).map(({ words }) => words)).toEqual(["1 in doubt", "1 failed", "1 not opened", "2 running", "1 confirmed"]);
    expect(signsOf(countsOf([]))).toEqual([]);
  });

  it("goes on while any of them runs", () => {
    expect(stillGoing({ items: ITEMS })).toBe(true);
    expect(stillGoing({ items: ITEMS.filter(({ state }) => state !== "open" && state !== "attempting") })).toBe(false);
  });

  it("is tried again where the old password certainly holds, never where that is in doubt", () => {
    expect(worthRetrying(ITEMS)).toEqual(["b"]);
    expect(unopened(ITEMS)).toEqual(["e"]);
  });
});
