import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SeenBy } from "../src/access/SeenBy";
import { queries } from "../src/api/queries";
import type { CurrentSession } from "../src/api/shapes";
import { zone } from "../src/kit/zone";
import { session } from "../src/sessions/session";
import { theme } from "../src/theme";

const AT = "2026-03-03T10:00:00Z";
const seen = (account_id: string, username: string, may_reset: boolean) => ({
  account_id, username, resource: "web", last: 12, last_at: AT, times: 2, copied: true, changed: 7, changed_at: AT, level: null, may_disclose: false, may_reset,
});
const PATIENCE = { timeout: 5_000 };
const sent: Request[] = [];
let items: unknown[] = [];

function signedIn(...operations: string[]) {
  session.set({ user: { operations } } as unknown as CurrentSession);
}

beforeEach(() => {
  sent.length = 0;
  items = [seen("a", "root", true), seen("b", "backup", true), seen("c", "oracle", false)];
  queries.clear();
  signedIn("audit.read", "account.reset");
  vi.stubGlobal("fetch", (request: Request) => {
    sent.push(request.clone());
    const body = request.method === "GET" ? { items, more: false, position: 20, recorded_at: AT } : { id: "batch", position: 21 };
    return Promise.resolve(new Response(JSON.stringify(body), { status: 200, headers: { "content-type": "application/json" } }));
  });
});
afterEach(() => {
  cleanup();
  zone.set("browser");
  vi.unstubAllGlobals();
});

function page() {
  render(
    <MantineProvider env="test" theme={theme}>
      <QueryClientProvider client={queries}>
        <MemoryRouter>
          <SeenBy userId="u" name="Alice" />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

it("asks nothing before somebody wants to know, for it is recorded, and then resets in one batch what may be reset", async () => {
  page();
  expect(sent).toHaveLength(0);
  fireEvent.click(screen.getByRole("button", { name: "Show" }));
  await screen.findByText("root on web", {}, PATIENCE);
  expect(screen.getAllByText("does not see it any more").length).toBeGreaterThanOrEqual(3);
  fireEvent.click(screen.getByRole("button", { name: "Reset them all" }));
  await screen.findByText(/Not reset, because .*: oracle on web\./, {}, PATIENCE);
  fireEvent.submit(screen.getByText("Reset passwords", { selector: "[type=submit] *" }));
  await waitFor(() => {
    expect(sent).toHaveLength(2);
  }, PATIENCE);
  expect(new URL(sent[1]?.url ?? "").pathname).toBe("/api/v1/batches");
  expect(await sent[1]?.json()).toEqual({ account_ids: ["a", "b"], reason: "Alice was shown it" });
});

it("tells what was known at a moment of the past, in the reader's zone, and resets nothing by it", async () => {
  zone.set("UTC");
  page();
  fireEvent.change(screen.getByLabelText(/As of/), { target: { value: "2026-03-02T08:30" } });
  fireEvent.click(screen.getByRole("button", { name: "Show" }));
  await screen.findByText("root on web", {}, PATIENCE);
  expect(new URL(sent[0]?.url ?? "").searchParams.get("at")).toBe("2026-03-02T08:30:00Z");
  expect(screen.getAllByText("did not see it any more").length).toBeGreaterThanOrEqual(3);
  expect(screen.getByRole("button", { name: "Reset them all" }).getAttribute("aria-disabled")).toBe("true");
  fireEvent.change(screen.getByLabelText(/As of/), { target: { value: "" } });
  fireEvent.click(screen.getByRole("button", { name: "Show" }));
  await screen.findAllByText("does not see it any more", {}, PATIENCE);
  expect(new URL(sent[1]?.url ?? "").searchParams.has("at")).toBe(false);
  expect(screen.getByRole("button", { name: "Reset them all" }).getAttribute("aria-disabled")).toBeNull();
});

it("says why there is nothing to press", async () => {
  items = [];
  page();
  fireEvent.click(screen.getByRole("button", { name: "Show" }));
  await screen.findByText("Whatever they were shown was changed since.", {}, PATIENCE);
  expect(screen.getByRole("button", { name: "Reset them all" }).getAttribute("aria-disabled")).toBe("true");
});

it("is not there for who does not read the trail", () => {
  signedIn("account.reset");
  page();
  expect(screen.queryByRole("button", { name: "Show" })).toBeNull();
});
