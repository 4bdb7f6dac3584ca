import { notifications } from "@mantine/notifications";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../src/api/problems";
import { tell, tellTrouble, tellUndoable } from "../src/kit/told";

describe("what is said in the corner", () => {
  afterEach(() => {
    cleanup();
    notifications.clean();
    vi.restoreAllMocks();
  });

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

  it("can be undone, and says so when that fails", async () => {
    render(
      <MantineProvider env="test">
        <Notifications />
      </MantineProvider>,
    );
    const undo = vi.fn(() => Promise.reject(new Problem("conflict", "There is a share again", 409, "It stays.")));
    tellUndoable("bob has no share any more", 7, undo);
    fireEvent.click(await screen.findByRole("button", { name: "Undo: bob has no share any more" }));
    await screen.findByText("Not undone: bob has no share any more");
    expect(screen.getByText("There is a share again: It stays.")).toBeTruthy();
    expect(undo).toHaveBeenCalledTimes(1);
  });
});
