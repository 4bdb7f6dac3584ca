import { describe, expect, it } from "vitest";
import { behind, lagOf, sizeOf, verdict } from "../src/system/words";

const finding = (grade: "well" | "look" | "stops") => ({ check: "x", grade, says: "y", remedy: "" });

describe("the system page", () => {
  it("says the worst of all findings", () => {
    expect(verdict([finding("well")])).toEqual({ tone: "good", says: "Everything is well" });
    expect(verdict([finding("well"), finding("look")]).tone).toBe("careful");
    expect(verdict([finding("look"), finding("stops"), finding("stops")])).toEqual({ tone: "bad", says: "2 things stop work" });
  });

  it("says sizes and distances in words", () => {
    expect([sizeOf(0), sizeOf(1023), sizeOf(1024), sizeOf(3 * 1024 ** 3)]).toEqual(["0 bytes", "1,023 bytes", "1 KiB", "3 GiB"]);
    expect([behind(0), behind(1), behind(20)]).toEqual(["keeps up", "1 event behind", "20 events behind"]);
    expect([lagOf(12), lagOf(1500)]).toEqual(["12 ms", "1.5 s"]);
  });
});
