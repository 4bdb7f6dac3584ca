/** Numbers over time as stacked bars; arrow keys or the pointer pick a place, and the legend says its numbers. */
import { t } from "@lingui/core/macro";
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { roundTop, type Series, stacked, totals } from "./bars";
import styles from "./Bars.module.css";
import { region } from "./language";

const HEIGHT = 150;
const LEFT = 34;
const BOTTOM = 18;
const NUMBER = new Intl.NumberFormat(region());
const MOVES: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

interface BarsProps {
  label: string;
  places: readonly string[];
  series: readonly Series[];
}

export function Bars({ label, places, series }: BarsProps) {
  const { ref, width } = useElementSize();
  const [picked, setPicked] = useState<number | null>(null);
  const at = Math.min(picked ?? places.length - 1, places.length - 1);
  const step = Math.max(0, width - LEFT) / Math.max(1, places.length);

  function move(event: KeyboardEvent) {
    const by = MOVES[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setPicked(Math.max(0, Math.min(places.length - 1, at + by)));
  }

  function point(event: PointerEvent<SVGSVGElement>) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    if (step > 0 && x >= 0) setPicked(Math.min(places.length - 1, Math.floor(x / step)));
  }

  return (
    <div ref={ref}>
      <svg className={styles.chart} role="slider" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuemax={places.length - 1} aria-valuenow={at} aria-valuetext={`${places[at] ?? ""}: ${spoken(series, at)}`} onKeyDown={move} onPointerMove={point} onPointerLeave={() => setPicked(null)}>
        <Drawing width={width} step={step} places={places} series={series} picked={picked} />
      </svg>
      <div className={styles.legend}>
        {series.map(({ name, values }, index) => (
          <span key={name} className={styles.key} data-series={index}>
            {name} <b>{NUMBER.format(picked === null ? sum(values) : (values[picked] ?? 0))}</b>
          </span>
        ))}
        <span className={styles.when}>{picked === null ? t`${{ first: places[0] ?? "" }} to ${{ last: places.at(-1) ?? "" }}` : places[picked]}</span>
      </div>
    </div>
  );
}

interface DrawingProps {
  width: number;
  step: number;
  places: readonly string[];
  series: readonly Series[];
  picked: number | null;
}

function Drawing({ width, step, places, series, picked }: DrawingProps) {
  const top = roundTop(Math.max(1, ...totals(series)));
  const high = HEIGHT - BOTTOM - 6;
  const y = (share: number) => 6 + high * (1 - share);
  const bar = Math.max(1, Math.min(22, step * 0.7));
  return (
    <g aria-hidden="true">
      {[0, 0.5, 1].filter((share) => Number.isInteger(top * share)).map((share) => (
        <g key={share}>
          <line className={styles.grid} x1={LEFT} x2={width} y1={y(share)} y2={y(share)} />
          <text className={styles.axis} x={LEFT - 6} y={y(share) + 3} textAnchor="end">
            {NUMBER.format(top * share)}
          </text>
        </g>
      ))}
      {places.map((place, at) => (
        <g key={place}>
          <rect className={styles.band} data-picked={at === picked ? true : undefined} x={LEFT + at * step} y={6} width={step} height={high} />
          {stacked(series, at, top).map(({ series: index, from, to }) => (
            <rect key={index} className={styles.part} data-series={index} x={LEFT + at * step + (step - bar) / 2} y={y(to)} width={bar} height={Math.max(0.5, y(from) - y(to))} />
          ))}
        </g>
      ))}
      {ends(places).map(([at, anchor]) => (
        <text key={anchor} className={styles.axis} x={LEFT + (anchor === "end" ? width - LEFT : anchor === "start" ? 0 : (at + 0.5) * step)} y={HEIGHT - 4} textAnchor={anchor}>
          {places[at]}
        </text>
      ))}
    </g>
  );
}

function ends(places: readonly string[]): [number, "start" | "middle" | "end"][] {
  const last = places.length - 1;
  if (last < 1) return last === 0 ? [[0, "start"]] : [];
  const both: [number, "start" | "middle" | "end"][] = [[0, "start"], [last, "end"]];
  return last > 3 ? [...both, [Math.round(last / 2), "middle"]] : both;
}

function spoken(series: readonly Series[], at: number): string {
  return series.map(({ name, values }) => `${name} ${values[at] ?? 0}`).join(", ");
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
