import { act, renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Problem } from "../src/api/problems";
import { again, summed, useEach } from "../src/kit/useEach";
import { sumOf } from "../src/many/explained";
import type { Consequence, Stand } from "../src/api/shapes";

const ITEMS = ["a", "b", "c", "d", "e", "f"].map((id) => ({ id }));

describe("each of many", () => {
  it("has a result of its own, whatever becomes of the others, and what failed is tried again alone", async () => {
    const { result } = renderHook(() => useEach<{ id: string }>());
    const tried: string[] = [];
    const doing = (fails: string) => ({ id }: { id: string }) => {
      tried.push(id);
      return id === fails ? Promise.reject(new Problem("refused", "Refused", 403, "Not yours.")) : Promise.resolve("ok");
    };
    await act(() => result.current.run(ITEMS, doing("b")));
    expect(result.current.outcomes.get("b")).toEqual({ at: "refused", words: "Not yours." });
    expect(summed(result.current.outcomes)).toBe("5 done · 1 refused");
    const failed = again(ITEMS, result.current.outcomes);
    expect(failed).toEqual([{ id: "b" }]);
    tried.length = 0;
    await act(() => result.current.run(failed, doing("nobody")));
    expect(tried).toEqual(["b"]);
    expect(summed(result.current.outcomes)).toBe("6 done");
  });

  it("begins with no more once it is stopped, and says which were not begun", async () => {
    const { result } = renderHook(() => useEach<{ id: string }>());
    let open: () => void = () => undefined;
    const gate = new Promise<string>((resolve) => (open = () => resolve("ok")));
    let running: Promise<void> = Promise.resolve();
    act(() => {
      running = result.current.run(ITEMS, () => gate);
    });
    act(() => result.current.stop());
    await act(async () => {
      open();
      await running;
    });
    expect(summed(result.current.outcomes)).toBe("4 done · 2 not begun");
    expect(again(ITEMS, result.current.outcomes).map(({ id }) => id)).toEqual(["e", "f"]);
  });
});

function stand(ground: Stand["ground"], view: number, modify: number): Stand {
  return { level: null, ground, until: null, hides: null, accounts: { view, modify, manage: 0 } };
}

function from(before: Stand, after: Stand, known: string[] = []): Consequence {
  return { user: { id: "b", username: "bob" }, able: true, accounts: 1, narrower: 0, before, after, known: known.map((account_id) => ({ account_id, username: "x", shown_at: "" })) };
}

describe("what a share would change on many", () => {
  it("is added up, and what is seen twice counts once", () => {
    const nothing = stand(null, 0, 0);
    const sum = sumOf([from(nothing, stand("resource", 3, 0), ["k"]), from(stand("account", 0, 1), stand("account", 1, 0), ["k"]), from(stand("owner", 0, 2), stand("owner", 0, 2))]);
    expect({ ...sum, known: sum.known.size }).toEqual({ things: 3, same: 1, owned: 1, gains: 3, loses: 0, raised: 0, lowered: 1, able: true, known: 1 });
  });
});
