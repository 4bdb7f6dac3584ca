import { describe, expect, it } from "vitest";
import { dayName, KINDS, seriesOf } from "../src/dashboard/days";
import { roundTop, stacked, totals } from "../src/kit/bars";

const SERIES = [{ name: "a", values: [1, 0, 3] }, { name: "b", values: [2, 0, 1] }];

describe("a bar chart", () => {
  it.each([[0, 1], [1, 1], [4, 4], [6, 10], [11, 20], [34, 50], [51, 100], [100, 100], [101, 200]])("with %i at most reaches up to %i", (highest, top) => {
    expect(roundTop(highest)).toBe(top);
  });

  it("stands as high as its parts together", () => {
    expect(totals(SERIES)).toEqual([3, 0, 4]);
    expect(totals([])).toEqual([]);
  });

  it("lays one part on the other, and leaves out what is nothing", () => {
    expect(stacked(SERIES, 2, 4)).toEqual([{ series: 0, from: 0, to: 0.75 }, { series: 1, from: 0.75, to: 1 }]);
    expect(stacked(SERIES, 1, 4)).toEqual([]);
  });
});

describe("days", () => {
  it("are days of UTC, and every event is in one series", () => {
    expect(dayName("2026-03-01")).toContain("1");
    const day = { day: "2026-03-01", disclosed: 1, changed: 2, refused: 3, other: 4 };
    expect(seriesOf([day]).map(({ values }) => values[0])).toEqual([1, 2, 3, 4]);
    expect(KINDS.map(({ field }) => field).sort()).toEqual(Object.keys(day).filter((name) => name !== "day").sort());
  });
});
