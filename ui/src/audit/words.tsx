/** Positions and outcomes as they are written. */
import type { AuditEntry } from "../api/shapes";
import { Sign } from "../kit/Sign";

const NUMBER = new Intl.NumberFormat();

export function PositionNumber({ position }: { position: number }) {
  return <span className="sr-mono">{NUMBER.format(position)}</span>;
}

export function Outcome({ outcome }: { outcome: AuditEntry["outcome"] }) {
  return <Sign tone={outcome === "done" ? "good" : "bad"}>{outcome}</Sign>;
}
