// @vitest-environment node
import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";
import { expect, it } from "vitest";
import { languageFor } from "../src/kit/language";

it("has every text of the source in the catalogue, and no other: npm run words", { timeout: 120_000 }, async () => {
  const [catalogue] = await getCatalogs(getConfig());
  const found = Object.keys((await catalogue?.collect()) ?? {}).sort();
  const written = Object.keys((await catalogue?.read("en")) ?? {}).sort();
  expect(found.length).toBeGreaterThan(500);
  expect(written).toEqual(found);
});

it("speaks the first language of the reader that there is a catalogue for", () => {
  expect(languageFor(["fr-CA", "de-AT", "en"], ["en", "de"])).toBe("de");
});

it("speaks English to whoever reads nothing that there is", () => {
  expect(languageFor(["fr"], ["en", "de"])).toBe("en");
});
