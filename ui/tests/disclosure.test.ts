import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Disclosure, type Fetch } from "../src/disclosures/disclosure";
import { Held } from "../src/disclosures/held";
import { HIDDEN, next, SHOWN_SECONDS, type State } from "../src/disclosures/machine";

const REASONS = { reason: "look at the disk", ticket: "" };
const SECRET = "O0l1I|";

function shownState(): Extract<State, { at: "shown" }> {
  return { at: "shown", held: new Held(SECRET), seconds: SHOWN_SECONDS };
}

describe("the life of a disclosure", () => {
  it("goes from hidden through asking and waiting to shown", () => {
    const asking = next(HIDDEN, { is: "asked", purpose: "view" });
    const waiting = next(asking, { is: "reasoned" });
    const shown = next(waiting, { is: "arrived", held: new Held(SECRET), seconds: SHOWN_SECONDS });
    expect([asking.at, waiting.at, shown.at]).toEqual(["asking", "waiting", "shown"]);
  });

  it("expires after ten seconds", () => {
    let state: State = shownState();
    for (let second = 0; second < SHOWN_SECONDS; second += 1) state = next(state, { is: "second" });
    expect(state).toEqual({ at: "expired" });
  });

  it.each(["hidden", "expired", "copied"] as const)("never shows an answer that comes when %s", (at) => {
    const state = { at } as State;
    expect(next(state, { is: "arrived", held: new Held(SECRET), seconds: SHOWN_SECONDS })).toBe(state);
  });

  it("never shows what was asked for copying", () => {
    const waiting: State = { at: "waiting", purpose: "copy" };
    expect(next(waiting, { is: "arrived", held: new Held(SECRET), seconds: SHOWN_SECONDS })).toBe(waiting);
  });

  it("asks again, with the failure, when the API refuses", () => {
    const failure = new Error("no");
    expect(next({ at: "waiting", purpose: "view" }, { is: "failed", failure })).toEqual({ at: "asking", purpose: "view", failure });
  });

  it.each(["left", "cancelled"] as const)("is hidden once %s, wherever it was", (is) => {
    const states: State[] = [HIDDEN, { at: "asking", purpose: "view" }, { at: "waiting", purpose: "copy" }, shownState(), { at: "copied" }, { at: "expired" }];
    for (const state of states) expect(next(state, { is })).toBe(HIDDEN);
  });
});

describe("a running disclosure", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const copy = vi.fn((text: Promise<string>) => text.then(() => undefined));

  async function shown(fetch: Fetch = () => Promise.resolve(SECRET)) {
    const disclosure = new Disclosure(fetch, copy);
    disclosure.ask("view");
    await disclosure.reasoned(REASONS);
    return disclosure;
  }

  function held(disclosure: Disclosure): Held {
    const state = disclosure.state.get();
    if (state.at !== "shown") throw new Error(`It is ${state.at}.`);
    return state.held;
  }

  it("asks the API for nothing before a reason is given", () => {
    const fetch = vi.fn<Fetch>();
    new Disclosure(fetch, copy).ask("view");
    expect(fetch).not.toHaveBeenCalled();
  });

  it("shows the password for ten seconds, then forgets it", async () => {
    const disclosure = await shown();
    const open = held(disclosure);
    expect(open.read()).toBe(SECRET);
    vi.advanceTimersByTime(9_999);
    expect(disclosure.state.get().at).toBe("shown");
    vi.advanceTimersByTime(1);
    expect(disclosure.state.get().at).toBe("expired");
    expect(open.read()).toBe("");
  });

  it("forgets it at once when left", async () => {
    const disclosure = await shown();
    const open = held(disclosure);
    disclosure.leave();
    expect([disclosure.state.get().at, open.read()]).toEqual(["hidden", ""]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not show an answer that arrives after leaving, and aborts the call", async () => {
    let arrive: (password: string) => void = () => undefined;
    let aborted: AbortSignal | undefined;
    const disclosure = new Disclosure((_purpose, _reasons, signal) => {
      aborted = signal;
      return new Promise((resolve) => (arrive = resolve));
    }, copy);
    disclosure.ask("view");
    const asked = disclosure.reasoned(REASONS);
    disclosure.leave();
    arrive(SECRET);
    await asked;
    expect(disclosure.state.get()).toBe(HIDDEN);
    expect(aborted?.aborted).toBe(true);
  });

  it("does not mix an old answer into a new question", async () => {
    const arrivals: ((password: string) => void)[] = [];
    const disclosure = new Disclosure(() => new Promise((resolve) => arrivals.push(resolve)), copy);
    disclosure.ask("view");
    const first = disclosure.reasoned(REASONS);
    disclosure.leave();
    disclosure.ask("view");
    const second = disclosure.reasoned(REASONS);
    arrivals[0]?.("old");
    await first;
    expect(disclosure.state.get().at).toBe("waiting");
    arrivals[1]?.("new");
    await second;
    expect(held(disclosure).read()).toBe("new");
  });

  it("copies without ever holding the password in its state", async () => {
    const disclosure = new Disclosure(() => Promise.resolve(SECRET), copy);
    disclosure.ask("copy");
    await disclosure.reasoned(REASONS);
    expect(disclosure.state.get()).toEqual({ at: "copied" });
    expect(copy).toHaveBeenCalledOnce();
  });

  it("keeps the password out of anything that is written down", () => {
    const held = new Held(SECRET);
    expect(JSON.stringify({ held })).not.toContain(SECRET);
    expect(Object.values(held).map(String).join()).not.toContain(SECRET);
  });
});
