import { describe, expect, it } from "vitest";
import type { ResetWay } from "../src/api/shapes";
import { meaningOf, whatRepairDoes } from "../src/resets/states";

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

const BY_SVC: ResetWay = { elevation: "sudo", login: { id: "svc", name: "svc" }, root: null, jump_host: null, version: 1 };

describe("what repairing an account does", () => {
  it("names who sets its password, if anybody else does", () => {
    expect(whatRepairDoes(BY_SVC, "app")).toContain("svc signs in and has it set");
  });

  it("says that the account must open itself if nobody else does", () => {
    for (const way of [undefined, { ...BY_SVC, login: null }]) expect(whatRepairDoes(way, "app")).toContain("signs in with the old one");
    expect(whatRepairDoes(BY_SVC, "svc")).toContain("signs in with the old one");
  });
});
