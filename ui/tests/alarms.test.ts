/** Closing an alarm settles what was seen of it, and nothing that came later. */
import { describe, expect, it } from "vitest";
import { closingOf } from "../src/alarms/calls";
import { WORDS } from "../src/alarms/words";
import document from "../openapi.json";

const ALARM = {
  kind: "parked" as const,
  name: "resources",
  position: 3,
  detail: "resource.added: KeyTampered",
  times: 2,
  first_at: "2026-07-01T09:00:00Z",
  last_at: "2026-07-01T09:05:00.123456Z",
};

describe("an alarm", () => {
  it("is closed as it stood when it was looked at", () => {
    expect(closingOf(ALARM, "put back")).toEqual({ kind: "parked", name: "resources", position: 3, seen_at: ALARM.last_at, reason: "put back" });
  });

  it("has words, whatever its kind", () => {
    expect(Object.keys(WORDS).sort()).toEqual([...document.components.schemas.Alarm.properties.kind.enum].sort());
  });
});
