import { describe, expect, it } from "vitest";
import type { ResetWay } from "../src/api/shapes";
import { bodyOf, hopSentence, sentence, valuesOf } from "../src/ways/words";

const ITSELF: ResetWay = { elevation: "none", login: null, root: null, jump_host: null, version: 1 };
const BY_SU: ResetWay = { ...ITSELF, elevation: "su", login: { id: "l", name: "svc" }, root: { id: "r", name: "root" } };

describe("how passwords are changed", () => {
  it("is said in a sentence", () => {
    expect(sentence(ITSELF)).toContain("as itself");
    expect(sentence(BY_SU)).toContain("svc signs in, becomes root by su");
    expect(sentence({ ...BY_SU, elevation: "sudo", root: null })).toContain("svc signs in, is raised by sudo");
  });

  it("names nobody whom the reader does not see", () => {
    expect(sentence({ ...BY_SU, root: { id: "r", name: null } })).toContain("an account that you do not see");
  });

  it("says who signs in on the way, and names nothing that the reader does not see", () => {
    expect(hopSentence({ name: "jump" }, BY_SU)).toBe("It goes over jump, where svc signs in.");
    expect(hopSentence({ name: "jump" }, { login: { id: "l", name: null } })).toContain("an account that you do not see");
    expect(hopSentence({ name: null }, undefined)).toContain("a resource that you do not see");
    expect(hopSentence({ name: "jump" }, ITSELF)).toContain("nobody is named");
  });

  it("is sent as it was read", () => {
    expect(bodyOf(valuesOf(BY_SU))).toEqual({ login_id: "l", elevation: "su", root_id: "r" });
    expect(bodyOf(valuesOf(ITSELF))).toEqual({ login_id: null, elevation: "none", root_id: null });
  });

  it("sends no account that su alone would ask for", () => {
    expect(bodyOf({ login_id: "l", elevation: "sudo", root_id: "r" }).root_id).toBeNull();
    expect(bodyOf({ login_id: "", elevation: "su", root_id: "r" })).toEqual({ login_id: null, elevation: "none", root_id: null });
  });
});
