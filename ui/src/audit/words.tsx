/** Positions and outcomes as they are written. */
import { t } from "@lingui/core/macro";
import type { AuditEntry } from "../api/shapes";
import { region } from "../kit/language";
import { Sign, type Tone } from "../kit/Sign";

const NUMBER = new Intl.NumberFormat(region());

/** `unreadable`: the event stands in the log, but could not be opened. */
const SIGNS: Record<AuditEntry["outcome"], { tone: Tone; name: string }> = {
  done: { tone: "good", name: t`done` },
  refused: { tone: "bad", name: t`refused` },
  unreadable: { tone: "careful", name: t`unreadable` },
};

export function PositionNumber({ position }: { position: number }) {
  return <span className="sr-mono">{NUMBER.format(position)}</span>;
}

export function Outcome({ outcome }: { outcome: AuditEntry["outcome"] }) {
  return <Sign tone={SIGNS[outcome].tone}>{SIGNS[outcome].name}</Sign>;
}
