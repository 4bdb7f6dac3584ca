/** Positions and outcomes as they are written. */
import type { AuditEntry } from "../api/shapes";
import { Sign, type Tone } from "../kit/Sign";

const NUMBER = new Intl.NumberFormat();

/** `unreadable`: the event stands in the log, but could not be opened. */
const TONES: Record<AuditEntry["outcome"], Tone> = { done: "good", refused: "bad", unreadable: "careful" };

export function PositionNumber({ position }: { position: number }) {
  return <span className="sr-mono">{NUMBER.format(position)}</span>;
}

export function Outcome({ outcome }: { outcome: AuditEntry["outcome"] }) {
  return <Sign tone={TONES[outcome]}>{outcome}</Sign>;
}
