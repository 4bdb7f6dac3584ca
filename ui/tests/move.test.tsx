import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MoveAccount } from "../src/accounts/MoveAccount";
import { queries } from "../src/api/queries";
import type { Account } from "../src/api/shapes";
import { theme } from "../src/theme";

const ACCOUNT = {
  id: "a", username: "root", description: "", password_set_at: null, password_number: 1, level: "OWNER", may: ["account.edit"],
  reset_state: "none", version: 3, resource: { id: "r1", name: "web", type: "linux", address: "web.example" },
} as Account;
const grant = (name: string) => ({ subject: { kind: "user", id: name, name }, level: "VIEW", until: null });
const access = (owner: string, ...names: string[]) => ({ owner: { id: owner, username: owner }, grants: names.map(grant), version: 1 });
const resource = (id: string, name: string, ...may: string[]) => ({ id, name, address: `${name}.example`, may });
const ANSWERS: Record<string, unknown> = {
  "/api/v1/resources": { items: [resource("r1", "web", "account.add"), resource("r2", "db", "account.add"), resource("r3", "seen")], next_cursor: null },
  "/api/v1/accounts/a/access": access("carol"),
  "/api/v1/resources/r1/access": access("carol", "bob"),
  "/api/v1/resources/r2/access": access("carol", "dave"),
  "/api/v1/accounts/a/resource": { position: 9 },
};
const PATIENCE = { timeout: 5_000 };
const sent: Request[] = [];

beforeEach(() => {
  sent.length = 0;
  queries.clear();
  vi.stubGlobal("fetch", (request: Request) => {
    if (request.method !== "GET") sent.push(request.clone());
    const body = JSON.stringify(ANSWERS[new URL(request.url).pathname]);
    return Promise.resolve(new Response(body, { status: 200, headers: { "content-type": "application/json" } }));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function page(account: Account) {
  render(
    <MantineProvider env="test" theme={theme}>
      <QueryClientProvider client={queries}>
        <MoveAccount account={account} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Move" }));
}

it("says by name who loses and who gains sight, and moves to what was picked", async () => {
  page(ACCOUNT);
  fireEvent.click(screen.getByRole("combobox", { name: /To/ }));
  fireEvent.click(await screen.findByText("db (db.example)", {}, PATIENCE));
  await screen.findByText("Loses sight of it: bob.", {}, PATIENCE);
  screen.getByText("Gains sight of it: dave.");
  fireEvent.submit(screen.getByText("Move", { selector: "[type=submit] *" }));
  await waitFor(() => {
    expect(sent).toHaveLength(1);
  }, PATIENCE);
  expect(await sent[0]?.json()).toEqual({ resource_id: "r2" });
  expect(sent[0]?.headers.get("if-match")).toBe('"3"');
}, 20_000);

it("offers neither where it is nor where one may not add accounts", async () => {
  page(ACCOUNT);
  fireEvent.click(screen.getByRole("combobox", { name: /To/ }));
  await screen.findByRole("option", { name: "db (db.example)" });
  expect(screen.getAllByRole("option")).toHaveLength(1);
});

it("is not offered while a reset is not over", () => {
  page({ ...ACCOUNT, reset_state: "in_doubt" });
  expect(screen.queryByRole("dialog")).toBeNull();
});
