import { describe, expect, it } from "vitest";
import { laneOf, lifeOf } from "../src/accounts/life";
import { nearest, spread } from "../src/kit/lanes";

describe("a picture of what happened when", () => {
  it("goes from the first event to now", () => {
    expect(spread([100, 150, 200], 200)).toEqual([0, 0.5, 1]);
    expect(spread([100], 100)).toEqual([0]);
    expect(spread([100, 300], 200)).toEqual([0, 1]);
  });

  it("finds what is pointed at, on the lane that is pointed at", () => {
    const dots = [{ lane: 0, at: 0.5 }, { lane: 3, at: 0.5 }, { lane: 0, at: 0.9 }];
    expect([nearest(dots, 0.52, 3), nearest(dots, 0.52, 0), nearest(dots, 1, 0), nearest([], 0, 0)]).toEqual([1, 0, 2, null]);
  });

  it("puts every topic on a lane, the oldest first", () => {
    expect([laneOf("account.moved"), laneOf("reset.failed"), laneOf("access.granted"), laneOf("account.password-reset")]).toEqual([0, 2, 4, 1]);
    const actor = { kind: "user", id: "1", name: "ada" };
    const item = (position: number, topic: string, outcome: "done" | "refused") => ({ position, recorded_at: `2026-01-0${position}T00:00:00Z`, topic, title: topic, actor, outcome });
    const life = lifeOf([item(2, "refusal.recorded", "refused"), item(1, "account.added", "done")]);
    expect(life.map(({ key, tone }) => [key, tone])).toEqual([[1, "good"], [2, "bad"]]);
    expect(life[0]?.says).toContain("by ada");
  });
});
