import { describe, expect, it } from "vitest";
import { invitationLink, paths, safeNext } from "../src/paths";
import { forgetInvitation, invitation, takeInvitation } from "../src/users/invitation";

const HERE = "https://vault.example";

describe("where to go after signing in", () => {
  it("is the path where one was", () => {
    expect(safeNext("/accounts/1", HERE)).toBe("/accounts/1");
  });

  it("is a path only", () => {
    expect(safeNext("/audit?q=x#y", HERE)).toBe("/audit");
  });

  it.each([null, "", "accounts", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/sign-in", "/\t/evil.example"])("is home for %s", (next) => {
    expect(safeNext(next, HERE)).toBe("/");
  });
});

describe("paths", () => {
  it("leave out what is not given", () => {
    expect(paths.audit({ actor: "a", object: undefined })).toBe("/audit?actor=a");
    expect(paths.signIn("/")).toBe("/sign-in");
  });

  it("escape what stands in them", () => {
    expect(paths.resource("a/b")).toBe("/resources/a%2Fb");
  });
});

describe("an invitation", () => {
  it("is a link with the token behind the hash, from a token or a whole link", () => {
    expect(invitationLink(HERE, "id.token")).toBe(`${HERE}/welcome#id.token`);
    expect(invitationLink(HERE, "https://other/welcome#id.token")).toBe(`${HERE}/welcome#id.token`);
  });

  it("is taken out of the address bar when it is read", () => {
    const replaced: (string | URL | null | undefined)[] = [];
    const past = { replaceState: (_state: unknown, _title: string, url?: string | URL | null) => replaced.push(url) } as unknown as History;
    takeInvitation({ pathname: "/welcome", hash: "#id.token" } as Location, past);
    expect([invitation(), replaced]).toEqual(["id.token", ["/welcome"]]);
    forgetInvitation();
    expect(invitation()).toBeNull();
  });

  it("is looked for on the welcome page only", () => {
    takeInvitation({ pathname: "/accounts", hash: "#content" } as Location, {} as History);
    expect(invitation()).toBeNull();
  });
});
