import { beforeEach, describe, expect, it } from "vitest";
import { pageSize } from "../src/api/queries";
import { shownSeconds } from "../src/disclosures/disclosure";
import { Held } from "../src/disclosures/held";
import { next } from "../src/disclosures/machine";
import { readable, toLocal, toUtc } from "../src/kit/Moment";
import { zone } from "../src/kit/zone";
import { choose, DEFAULTS, loadMine, mine, parsed } from "../src/settings/mine";
import { meant, placesFor } from "../src/shell/shortcuts";

const AT = "2026-03-04T05:06:00Z";

beforeEach(() => {
  window.localStorage.clear();
  loadMine("nobody");
});

describe("what somebody has chosen", () => {
  it("is in force at once, and again when he comes back, but for nobody else", () => {
    choose("alice", { zone: "UTC", page: 100, seconds: 3 });
    expect([zone.get(), pageSize.get(), shownSeconds.get()]).toEqual(["UTC", 100, 3]);
    loadMine("bob");
    expect(mine.get()).toEqual(DEFAULTS);
    expect([zone.get(), pageSize.get(), shownSeconds.get()]).toEqual(["browser", 50, 10]);
    loadMine("alice");
    expect(mine.get()).toEqual({ ...DEFAULTS, zone: "UTC", page: 100, seconds: 3 });
  });

  it.each([null, "", "no JSON", "[]", "null", '{"seconds":600,"page":"all","zone":"Mars","keys":"yes"}'])("is one of the choices, whatever is kept: %s", (kept) => {
    expect(parsed(kept)).toEqual(DEFAULTS);
  });

  it("never keeps a password open for longer than ten seconds", () => {
    const shown = next({ at: "waiting", purpose: "view" }, { is: "arrived", held: new Held("x"), seconds: 600 });
    expect(shown).toMatchObject({ at: "shown", seconds: 10 });
  });

  it("shows and takes moments in UTC, and says so", () => {
    choose("alice", { zone: "UTC" });
    expect(readable(AT)).toMatch(/5:06.* UTC$/);
    expect([toUtc("2026-03-04T05:06"), toLocal(AT)]).toEqual([AT, "2026-03-04T05:06"]);
  });
});

function key(pressed: string, more: object = {}) {
  return { key: pressed, ctrlKey: false, metaKey: false, altKey: false, target: document.body, ...more };
}

describe("shortcuts", () => {
  it("lead to places by g and a letter, and to those alone that one's roles include", () => {
    expect(meant("g", key("a"), [])).toMatchObject({ to: "/accounts" });
    expect(meant("x", key("a"), [])).toBeNull();
    expect(meant("g", key("t"), [])).toBeNull();
    expect(placesFor(["audit.read"]).map(({ to }) => to)).toContain("/audit");
    expect(meant("", key("/"), [])).toEqual({ search: true });
  });

  it("are nothing while somebody types, or with Ctrl", () => {
    const input = document.body.appendChild(document.createElement("input"));
    expect(meant("g", key("a", { target: input }), [])).toBeNull();
    expect(meant("g", key("a", { ctrlKey: true }), [])).toBeNull();
  });
});
