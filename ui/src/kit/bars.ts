/** The measures of a bar chart: a round top, and where each part of a bar begins. */
export interface Series {
  name: string;
  values: readonly number[];
}

/** The next of 1, 2, 5, 10, 20, 50 … that holds `highest`. */
export function roundTop(highest: number): number {
  if (highest <= 5) return Math.max(1, Math.ceil(highest));
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 5, 10].find((each) => each * power >= highest) ?? 10;
  return step * power;
}

/** The sum over all series at each place. */
export function totals(series: readonly Series[]): number[] {
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  return Array.from({ length }, (_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
}

export interface Part {
  series: number;
  from: number;
  to: number;
}

/** The parts of one bar, one on the other, as shares of `top`; what is zero has none. */
export function stacked(series: readonly Series[], at: number, top: number): Part[] {
  let from = 0;
  return series.flatMap(({ values }, index) => {
    const value = values[at] ?? 0;
    if (value === 0) return [];
    const part = { series: index, from: from / top, to: (from + value) / top };
    from += value;
    return [part];
  });
}
