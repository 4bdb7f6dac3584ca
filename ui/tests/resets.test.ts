import { describe, expect, it } from "vitest";
import { meaningOf } from "../src/resets/states";

const at = "2026-01-01T00:00:00Z";
const asked = { what: "requested", at, detail: "" };
const begun = { what: "attempt-begun", at, detail: "attempt 1" };

describe("what a reset's state means", () => {
  it("says that a worker is awaited only until one has taken it", () => {
    expect(meaningOf({ state: "open", steps: [asked] })).toBe("Waiting for a worker to take it.");
    expect(meaningOf({ state: "open", steps: [asked, begun] })).toBe("Waiting for the next attempt.");
    expect(meaningOf({ state: "failed", steps: [asked, begun] })).toMatch("Nothing was changed");
  });
});
