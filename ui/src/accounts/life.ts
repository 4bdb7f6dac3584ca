/** An account's life in lanes: what each event belongs to, and how it looks. */
import { t } from "@lingui/core/macro";
import type { Happening } from "../api/shapes";
import type { Happened } from "../kit/Lanes";
import { readable } from "../kit/Moment";
import type { Tone } from "../kit/Sign";

export const LANES = [t`Account`, t`Passwords`, t`Resets`, t`Shown`, t`Access`];

const LANE_OF: Record<string, number> = {
  "account.added": 0,
  "account.edited": 0,
  "account.moved": 0,
  "account.password-changed": 1,
  "account.password-reset": 1,
  "account-password.disclosed": 3,
};
const TONES: Record<string, Tone> = {
  "account-password.disclosed": "busy",
  "account.edited": "plain",
  "reset.requested": "plain",
  "reset.failed": "bad",
  "reset.in-doubt": "careful",
};

/** The oldest first, as one reads a life. */
export function lifeOf(items: readonly Happening[]): Happened[] {
  return items.toReversed().map((each) => ({
    key: each.position,
    lane: laneOf(each.topic),
    moment: Date.parse(each.recorded_at),
    tone: each.outcome === "refused" ? "bad" : (TONES[each.topic] ?? "good"),
    says: t`${{ recorded_at: readable(each.recorded_at) }}: ${{ title: each.title }}, by ${{ actor: each.actor.name }}`,
  }));
}

export function laneOf(topic: string): number {
  return LANE_OF[topic] ?? (topic.startsWith("reset.") ? 2 : 4);
}
