import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hub } from "../src/live/hub";
import { parseLive, type Signal } from "../src/live/protocol";
import { LiveStream } from "../src/live/stream";

class FakeSource {
  readyState = 0;
  closed = false;
  onopen: () => void = () => undefined;
  onmessage: (message: { data: unknown }) => void = () => undefined;
  onerror: () => void = () => undefined;
  readonly named = new Map<string, () => void>();

  addEventListener(name: string, listener: () => void): void {
    this.named.set(name, listener);
  }

  close(): void {
    this.closed = true;
  }

  refuse(): void {
    this.readyState = 2;
    this.onerror();
  }
}

const sources: FakeSource[] = [];

function open(): EventSource {
  const source = new FakeSource();
  sources.push(source);
  return source as unknown as EventSource;
}

function last(): FakeSource {
  const source = sources.at(-1);
  if (!source) throw new Error("No stream was opened.");
  return source;
}

const EVENT = { kind: "reset", id: "r", position: 9 };

beforeEach(() => {
  sources.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("a live event", () => {
  it("is taken when whole", () => {
    expect(parseLive(JSON.stringify(EVENT))).toEqual(EVENT);
  });

  it.each(["", "{", "null", "[]", '{"kind":"reset"}', '{"kind":"reset","id":"r","position":"9"}', 7])("is dropped when it is %s", (data) => {
    expect(parseLive(data)).toBeNull();
  });
});

describe("the stream", () => {
  function started() {
    const said: Signal[] = [];
    const stream = new LiveStream((signal) => said.push(signal), open);
    stream.start();
    return { stream, said };
  }

  it("tells its state and what it hears", () => {
    const { said } = started();
    last().onopen();
    last().onmessage({ data: JSON.stringify(EVENT) });
    expect(said).toEqual([{ state: "connecting" }, { state: "open" }, { event: EVENT }]);
  });

  it("leaves a broken line to the browser, which reconnects", () => {
    const { said } = started();
    last().onopen();
    last().onerror();
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
    expect(said.at(-1)).toEqual({ state: "away" });
  });

  it("opens a refused line again, each time a little later", () => {
    const { said } = started();
    last().refuse();
    expect(said.at(-1)).toEqual({ refused: true });
    vi.advanceTimersByTime(1_000);
    expect(sources).toHaveLength(2);
    last().refuse();
    vi.advanceTimersByTime(1_999);
    expect(sources).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sources).toHaveLength(3);
  });

  it("asks about the session when the server ends it", () => {
    const { said } = started();
    last().named.get("end")?.();
    expect(said.at(-1)).toEqual({ refused: true });
  });

  it("is closed by stopping, and does not come back", () => {
    const { stream, said } = started();
    last().refuse();
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
    expect(said.at(-1)).toEqual({ state: "off" });
  });
});

describe("many tabs", () => {
  function tab() {
    const heard: Signal[] = [];
    return { heard, postMessage: (signal: Signal) => void heard.push(signal) };
  }

  it("share one stream, and all hear it", () => {
    const hub = new Hub(open);
    const [one, two] = [tab(), tab()];
    hub.hear(one, "start");
    hub.hear(two, "start");
    last().onmessage({ data: JSON.stringify(EVENT) });
    expect(sources).toHaveLength(1);
    expect([one.heard.at(-1), two.heard.at(-1)]).toEqual([{ event: EVENT }, { event: EVENT }]);
  });

  it("keep it until the last of them leaves", () => {
    const hub = new Hub(open);
    const [one, two] = [tab(), tab()];
    hub.hear(one, "start");
    hub.hear(two, "start");
    hub.hear(one, "leave");
    expect(last().closed).toBe(false);
    hub.hear(two, "stop");
    expect(last().closed).toBe(true);
  });
});
