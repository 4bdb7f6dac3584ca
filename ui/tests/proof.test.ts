import { expect, test } from "vitest";
import type { ProofState } from "../src/api/shapes";
import { stateOf } from "../src/audit/Proof";

const proof: ProofState = { origin: "strongroom/x", signed: 20, agreed: 10, signed_at: null, witnesses: ["a"], cosigned: ["a"], read_only: null };

test("an event is witnessed, signed or neither, and never said to be more than it is", () => {
  expect(stateOf(10, proof)).toMatchObject({ tone: "good", name: "witnessed" });
  expect(stateOf(11, proof)).toMatchObject({ tone: "careful", name: "signed" });
  expect(stateOf(20, proof)).toMatchObject({ tone: "careful", name: "signed" });
  expect(stateOf(21, proof)).toMatchObject({ tone: "plain", name: "not signed yet" });
});

test("where no witness has to agree it is said to be signed, and no more", () => {
  const alone = { ...proof, agreed: 20, witnesses: [], cosigned: [] };
  expect(stateOf(20, alone)).toMatchObject({ tone: "good", name: "signed" });
  expect(stateOf(20, alone).means).toContain("No witness has to agree");
});
