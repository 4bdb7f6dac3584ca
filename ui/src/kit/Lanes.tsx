/** What happened when, as dots on lanes; arrow keys or the pointer pick one, and the line below says what it was. */
import { plural, t } from "@lingui/core/macro";
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { nearest, spread } from "./lanes";
import styles from "./Lanes.module.css";
import type { Tone } from "./Sign";

export interface Happened {
  key: string | number;
  lane: number;
  moment: number;
  tone: Tone;
  says: string;
}

const LEFT = 84;
const HIGH = 26;
const MOVES: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

interface LanesProps {
  label: string;
  lanes: readonly string[];
  /** The oldest first. */
  happened: readonly Happened[];
  now: number;
}

export function Lanes({ label, lanes, happened, now }: LanesProps) {
  const { ref, width } = useElementSize();
  const [picked, setPicked] = useState<number | null>(null);
  const last = happened.length - 1;
  const at = Math.min(picked ?? last, last);
  const places = spread(happened.map(({ moment }) => moment), now);
  const room = Math.max(0, width - LEFT - 12);
  const says = happened[at]?.says ?? "";

  function move(event: KeyboardEvent) {
    const by = MOVES[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setPicked(Math.max(0, Math.min(last, at + by)));
  }

  function point(event: PointerEvent<SVGSVGElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const dots = happened.map(({ lane }, index) => ({ lane, at: places[index] ?? 0 }));
    setPicked(nearest(dots, (event.clientX - box.left - LEFT) / Math.max(1, room), Math.floor((event.clientY - box.top) / HIGH)));
  }

  return (
    <div ref={ref}>
      <svg className={styles.picture} height={lanes.length * HIGH} role="slider" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuemax={Math.max(0, last)} aria-valuenow={Math.max(0, at)} aria-valuetext={says} onKeyDown={move} onPointerMove={point} onPointerLeave={() => setPicked(null)}>
        <g aria-hidden="true">
          {lanes.map((name, lane) => (
            <g key={name}>
              <text className={styles.name} x={0} y={lane * HIGH + HIGH / 2 + 4}>
                {name}
              </text>
              <line className={styles.line} x1={LEFT} x2={width} y1={lane * HIGH + HIGH / 2} y2={lane * HIGH + HIGH / 2} />
            </g>
          ))}
          {happened.map(({ key, lane, tone }, index) => (
            <circle key={key} className={styles.dot} data-tone={tone} cx={LEFT + 6 + (places[index] ?? 0) * room} cy={lane * HIGH + HIGH / 2} r={5} />
          ))}
          {picked !== null && happened[at] && <circle className={styles.ring} cx={LEFT + 6 + (places[at] ?? 0) * room} cy={happened[at].lane * HIGH + HIGH / 2} r={7.5} />}
        </g>
      </svg>
      <p className={styles.said} aria-hidden="true">
        {picked === null ? t`${plural({ count: happened.length }, { one: "# event", other: "# events" })}. Point at one, or move with the arrow keys.` : says}
      </p>
    </div>
  );
}
