import { afterEach, describe, expect, it, vi } from "vitest";
import { everyWhileAttentive, watchAttention } from "../src/live/attention";

describe("what is read again and again", () => {
  afterEach(() => vi.useRealTimers());

  it("is read while somebody looks, and no more once nobody has done anything for five minutes", () => {
    vi.useFakeTimers();
    watchAttention();
    dispatchEvent(new Event("pointermove"));
    const read = vi.fn();
    const stop = everyWhileAttentive(60_000, read);
    vi.advanceTimersByTime(4 * 60_000);
    expect(read).toHaveBeenCalledTimes(4);
    vi.advanceTimersByTime(20 * 60_000);
    expect(read).toHaveBeenCalledTimes(4);
    dispatchEvent(new Event("keydown"));
    vi.advanceTimersByTime(60_000);
    expect(read).toHaveBeenCalledTimes(5);
    stop();
    vi.advanceTimersByTime(60_000);
    expect(read).toHaveBeenCalledTimes(5);
  });
});
