import { describe, expect, it } from "vitest";
import { heldSays, KINDS, laneOf, lifeOf, MOST_LANES, summary } from "../src/accounts/life";
import type { Held, LifeMark } from "../src/api/shapes";
import { nearest, placed, spread, weight } from "../src/kit/lanes";

describe("a picture of what happened when", () => {
  it("goes from one end to the other, and what is outside lies at its edge", () => {
    expect([100, 150, 200, 50, 300].map((moment) => placed(moment, 100, 200))).toEqual([0, 0.5, 1, 0, 1]);
    expect(placed(100, 100, 100)).toBe(0);
    expect(spread([{ key: "a", row: 0, from: 50, to: 150 }], 100, 200)).toEqual([{ key: "a", row: 0, from: 0, to: 0.5 }]);
  });

  it("finds what is pointed at, on the row that is pointed at, and a bar everywhere along it", () => {
    const shapes = [
      { key: "a", row: 0, from: 0.5, to: 0.5 },
      { key: "b", row: 3, from: 0.5, to: 0.5 },
      { key: "c", row: 0, from: 0.9, to: 0.9 },
      { key: "d", row: 5, from: 0.1, to: 0.8 },
    ];
    expect([nearest(shapes, 0.52, 3), nearest(shapes, 0.52, 0), nearest(shapes, 1, 0), nearest(shapes, 0.78, 5), nearest([], 0, 0)]).toEqual([1, 0, 2, 3, null]);
  });

  it("draws what stands for many larger, and never larger than twice", () => {
    expect([weight(1), weight(8), weight(64), weight(100_000)]).toEqual([1, 1.5, 2, 2]);
  });
});

const mark = (position: number, topic: string, more: Partial<LifeMark> = {}): LifeMark => ({ position, topic, title: topic, outcome: "done", times: 1, first_at: day(position), last_at: day(position), ...more });
const held = (name: string, begun: number, more: Partial<Held> = {}): Held => ({ holder: { kind: "user", id: name, name }, level: "VIEW", ground: "account", resource: null, begun, begun_at: day(begun), ended: null, ended_at: null, until: null, ...more });

function day(number: number): string {
  return `2026-01-${String(number).padStart(2, "0")}T00:00:00Z`;
}

describe("an account's life", () => {
  it("puts every topic on a lane, and everybody who held it on one of his own", () => {
    expect([laneOf("account.moved"), laneOf("reset.failed"), laneOf("access.granted"), laneOf("account.password-reset"), laneOf("account-password.disclosed")]).toEqual([0, 2, 4, 1, 3]);
    const marks = [mark(1, "account.added"), mark(3, "account-password.disclosed", { times: 9 }), mark(4, "refusal.recorded", { outcome: "refused" })];
    const life = lifeOf({ marks, held: [held("ada", 1, { level: "OWNER", ground: "owner" }), held("bob", 2, { ended: 3, ended_at: day(3) }), held("bob", 5, { ground: "resource" })], ends: day(9) });
    expect(life.lanes).toEqual([...KINDS, "ada", "bob"]);
    expect(life.drawn.map(({ row, form, tone, times }) => [row, form, tone, times])).toEqual([
      [0, "dot", "good", 1], [4.8, "bar", "plain", 1], [6.2, "bar", "busy", 1], [3, "tick", "busy", 9], [4, "dot", "bad", 1], [5.8, "bar", "busy", 1],
    ]);
    expect([life.begins, life.ends, life.left]).toEqual([Date.parse(day(1)), Date.parse(day(9)), 0]);
    expect(life.drawn.filter(({ form }) => form === "bar").map(({ to }) => to)).toEqual([day(9), day(3), day(9)].map((each) => Date.parse(each)));
  });

  it("begins where somebody wants to look nearer, and gives the first of many holders a lane", () => {
    const many = Array.from({ length: MOST_LANES + 2 }, (_, index) => held(`p${index}`, 1));
    const life = lifeOf({ marks: [], held: many, ends: day(9) }, day(4));
    expect([life.begins, life.lanes.length, life.drawn.length, life.left]).toEqual([Date.parse(day(4)), KINDS.length + MOST_LANES, MOST_LANES, 2]);
  });

  it("is said in words, too", () => {
    expect(heldSays(held("ada", 1, { ended: 2, ended_at: day(2) }))).toMatch(/^ada: View by a share of the account itself, from .* to /);
    expect(heldSays(held("ada", 1, { until: day(8) }))).toMatch(/since .* and until /);
    const last = { position: 2, recorded_at: day(2), topic: "x", title: "Shown", actor: { kind: "user", id: "1", name: "ada" }, outcome: "done" as const };
    expect(summary("root", { items: [last], marks: [mark(1, "a", { times: 1000 }), mark(2, "b")], held: [held("ada", 1), held("ada", 2)] })).toMatch(/^The life of root over time: 1,?001 events, held by 1 person\. The last: Shown, .*The tables below say the same\.$/);
  });
});
