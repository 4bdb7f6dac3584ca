/** What happened and what lasted, on lanes over time; the pointer or the slider picks one, and the line below says it. */
import { t } from "@lingui/core/macro";
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useState } from "react";
import { nearest, type Shape, spread, weight } from "./lanes";
import styles from "./Lanes.module.css";
import type { Tone } from "./Sign";

export interface Drawn extends Shape {
  /** A bar lasts, a tick and a dot are moments. */
  form: "bar" | "tick" | "dot";
  tone: Tone;
  /** How many events it stands for. */
  times: number;
  says: string;
}

const LEFT = 92;
const RIGHT = 10;
const HIGH = 26;
const BAR = 9;
const LETTERS = 14;

interface LanesProps {
  /** All that the picture says, in a sentence: for whoever does not see it. */
  label: string;
  lanes: readonly string[];
  /** The oldest first. */
  drawn: readonly Drawn[];
  begins: number;
  ends: number;
  /** Beneath its corners. */
  edges: readonly [string, string];
  /** What the colours of bars mean; each is said in words, too, by what is picked. */
  legend: readonly Meant[];
}

export interface Meant {
  tone: Tone;
  name: string;
}

export function Lanes({ label, lanes, drawn, begins, ends, edges, legend }: LanesProps) {
  const { ref, width } = useElementSize();
  const [picked, setPicked] = useState<number | null>(null);
  const shapes = spread(drawn, begins, ends);
  const room = Math.max(0, width - LEFT - RIGHT);
  const at = picked === null ? null : Math.min(picked, shapes.length - 1);
  const says = (at === null ? undefined : shapes[at]?.says) ?? t`Point at something, or move the slider.`;

  function point(event: PointerEvent<SVGSVGElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    setPicked(nearest(shapes, (event.clientX - box.left - LEFT) / Math.max(1, room), (event.clientY - box.top) / HIGH - 0.5));
  }

  return (
    <div ref={ref}>
      <svg className={styles.picture} height={lanes.length * HIGH} role="img" aria-label={label} onPointerMove={point}>
        {lanes.map((name, lane) => (
          <Lane key={lane} name={name} middle={middle(lane)} right={width - RIGHT} />
        ))}
        {shapes.map((shape, index) => (
          <Mark key={shape.key} shape={shape} room={room} picked={index === at} />
        ))}
      </svg>
      <div className={styles.edges} aria-hidden="true">
        <span>{edges[0]}</span>
        <span>{edges[1]}</span>
      </div>
      <input className={styles.slider} type="range" aria-label={t`What the picture shows, one after the other`} aria-valuetext={says} min={0} max={Math.max(0, shapes.length - 1)} value={at ?? Math.max(0, shapes.length - 1)} onChange={(event) => setPicked(Number(event.currentTarget.value))} />
      <p className={styles.said} aria-hidden="true">
        {says}
      </p>
      <p className={styles.legend} aria-hidden="true">
        {legend.map(({ tone, name }) => (
          <span key={name} className={styles.key} data-tone={tone}>
            {name}
          </span>
        ))}
      </p>
    </div>
  );
}

function middle(row: number): number {
  return (row + 0.5) * HIGH;
}

function Lane({ name, middle: y, right }: { name: string; middle: number; right: number }) {
  return (
    <>
      <text className={styles.name} x={0} y={y + 4}>
        {name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name}
      </text>
      <line className={styles.line} x1={LEFT} x2={right} y1={y} y2={y} />
    </>
  );
}

function Mark({ shape: { form, from, to, row, tone, times }, room, picked }: { shape: Drawn; room: number; picked: boolean }) {
  const given = { className: styles.mark, "data-tone": tone, "data-picked": picked ? true : undefined };
  const [left, right, y] = [LEFT + from * room, LEFT + to * room, middle(row)];
  if (form === "bar") return <rect {...given} x={left} y={y - BAR / 2} width={Math.max(2, right - left)} height={BAR} rx={2} />;
  const large = 4.5 * weight(times);
  if (form === "dot") return <circle {...given} cx={(left + right) / 2} cy={y} r={large} />;
  return <rect {...given} x={(left + right) / 2 - 1.5} y={y - large} width={3} height={2 * large} />;
}
