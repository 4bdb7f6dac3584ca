import { describe, expect, it } from "vitest";
import { questionIn } from "../src/audit/saved";
import { nameIn } from "../src/kit/download";

describe("a saved filter", () => {
  it("is the filters of an address in one order, and nothing else that stands there", () => {
    expect(questionIn("?q=a+b&actor=1&add=1&topic=x&topic=y&outcome=")).toBe("actor=1&q=a+b&topic=x&topic=y");
    expect(questionIn("topic=x&q=1")).toBe(questionIn("?q=1&topic=x"));
    expect(questionIn("")).toBe("");
  });
});

describe("a file's name", () => {
  it("is the server's, as long as it is one", () => {
    expect(nameIn('attachment; filename="strongroom-audit-7.csv"', "x")).toBe("strongroom-audit-7.csv");
    expect(nameIn('attachment; filename="../../evil"', "x")).toBe("x");
    expect(nameIn(null, "x")).toBe("x");
  });
});
