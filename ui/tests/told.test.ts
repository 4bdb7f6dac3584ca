import { notifications } from "@mantine/notifications";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../src/api/problems";
import { tell, tellTrouble } from "../src/kit/told";

describe("what is said in the corner", () => {
  afterEach(() => vi.restoreAllMocks());

  it("stays until somebody has read it when it is a failure", () => {
    const show = vi.spyOn(notifications, "show");
    tellTrouble("You are still signed in", new Problem("busy", "Too much at once", 503, "Wait a moment."));
    expect(show).toHaveBeenCalledWith(expect.objectContaining({ title: "You are still signed in", message: "Too much at once: Wait a moment.", autoClose: false, role: "alert" }));
  });

  it("goes away by itself otherwise", () => {
    const show = vi.spyOn(notifications, "show");
    tell("Sessions of bob", "One session ended.");
    expect(show.mock.calls[0]?.[0]).not.toHaveProperty("autoClose");
  });
});
