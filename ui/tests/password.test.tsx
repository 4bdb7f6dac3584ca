import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { queries } from "../src/api/queries";
import { Password } from "../src/disclosures/Password";
import { session } from "../src/sessions/session";
import { theme } from "../src/theme";

const SECRET = "Tr0ub4dor&3";
const calls: Request[] = [];

beforeEach(() => {
  calls.length = 0;
  session.set("unknown");
  vi.stubGlobal("fetch", (request: Request) => {
    calls.push(request);
    const body = { password: SECRET, position: 5, password_number: 2 };
    return Promise.resolve(new Response(JSON.stringify(body), { status: 201, headers: { "content-type": "application/json" } }));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
});

function page() {
  return render(
    <MantineProvider env="test" theme={theme}>
      <Password accountId="a" number={2} of="password of root" why={null} />
    </MantineProvider>,
  );
}

async function showIt() {
  const shown = page();
  fireEvent.click(screen.getByRole("button", { name: "Show password of root" }));
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "look at the disk" } });
  fireEvent.click(screen.getByRole("button", { name: "Show" }));
  await screen.findByRole("button", { name: "Hide password of root" });
  expect(document.body.textContent).toContain(SECRET);
  return shown;
}

function nowhere() {
  expect(document.documentElement.outerHTML).not.toContain(SECRET);
  expect(JSON.stringify(queries.getQueryCache().getAll().map((query) => query.state))).not.toContain(SECRET);
  expect(queries.getMutationCache().getAll()).toEqual([]);
  expect(location.href + document.title).not.toContain(SECRET);
}

it("asks for one password, for viewing, with the reason", async () => {
  await showIt();
  expect(calls).toHaveLength(1);
  expect(await calls[0]?.clone().json()).toEqual({ reason: "look at the disk", ticket: null, purpose: "view", password_number: 2 });
});

it("is gone from the page when hidden", async () => {
  await showIt();
  fireEvent.click(screen.getByRole("button", { name: "Hide password of root" }));
  nowhere();
});

it("is gone from the page when the tab is hidden", async () => {
  await showIt();
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  nowhere();
});

it("is gone from the page when the page is left", async () => {
  const { unmount } = await showIt();
  unmount();
  nowhere();
});

it("is gone from the page when the session ends", async () => {
  await showIt();
  act(() => session.set(null));
  nowhere();
});

it("cannot be asked for by somebody who may not, and says why", () => {
  render(
    <MantineProvider env="test" theme={theme}>
      <Password accountId="a" number={2} of="password of root" why="You may see this account, but not its password." />
    </MantineProvider>,
  );
  const button = screen.getByRole("button", { name: "Show password of root" });
  fireEvent.click(button);
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(button.textContent).toContain("not its password");
  expect(screen.queryByRole("dialog")).toBeNull();
});
