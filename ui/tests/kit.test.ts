import { describe, expect, it } from "vitest";
import { characters, classOf, wipe, write } from "../src/kit/legible";
import { toLocal, toUtc } from "../src/kit/Moment";
import { whyNot } from "../src/access/why";

describe("legible text", () => {
  it.each([["a", "letter"], ["É", "letter"], ["0", "digit"], ["٣", "digit"], ["|", "symbol"], [" ", "space"], ["😀", "symbol"]])("knows that %s is a %s", (character, expected) => {
    expect(classOf(character)).toBe(expected);
  });

  it("keeps what people see as one character together", () => {
    expect(characters("e\u0301👩‍🚀1")).toEqual(["e\u0301", "👩‍🚀", "1"]);
  });

  it("is written byte for byte, and wiped without a trace", () => {
    const place = document.createElement("code");
    write(place, "<b>'$( x");
    expect(place.textContent).toBe("<b>'$( x");
    expect(place.children).toHaveLength(8);
    wipe(place);
    expect(place.innerHTML).toBe("");
  });
});

describe("moments", () => {
  it("go through an input and back", () => {
    expect(toUtc(toLocal("2026-03-04T05:06:00Z"))).toBe("2026-03-04T05:06:00Z");
  });

  it("are nothing when nothing is typed", () => {
    expect([toUtc(""), toUtc("soon"), toLocal(null), toLocal("soon")]).toEqual([undefined, undefined, "", ""]);
  });
});

describe("why not", () => {
  it("is nothing for what one may do, and always a sentence otherwise", () => {
    expect(whyNot(["account.reset"], "account.reset")).toBeNull();
    expect(whyNot([], "account.reset")).toContain("Modify");
    expect(whyNot([], "something.new")).toBe("You may not do this.");
  });
});
