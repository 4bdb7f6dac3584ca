/** The measures of a picture of what happened when: rows from above, time from left to right. */
export interface Shape {
  key: string;
  /** The row, from 0; a half lies between two. */
  row: number;
  from: number;
  /** The same as `from` for a moment. */
  to: number;
}

/** Where a moment lies between the ends of the picture, from 0 to 1; what is outside lies at its edge. */
export function placed(moment: number, begins: number, ends: number): number {
  return Math.min(1, Math.max(0, (moment - begins) / Math.max(1, ends - begins)));
}

/** The same shapes by their place instead of their moments. */
export function spread<S extends Shape>(shapes: readonly S[], begins: number, ends: number): S[] {
  return shapes.map((shape) => ({ ...shape, from: placed(shape.from, begins, ends), to: placed(shape.to, begins, ends) }));
}

const ROW = 0.08;

/** The shape nearest to a place, by time; ties go to the row that is nearer. */
export function nearest(shapes: readonly Shape[], at: number, row: number): number | null {
  let best: number | null = null;
  let least = Infinity;
  shapes.forEach((shape, index) => {
    const far = Math.max(0, shape.from - at, at - shape.to) + Math.abs(shape.row - row) * ROW;
    if (far < least) [best, least] = [index, far];
  });
  return best;
}

/** How much larger than one event a mark of many is drawn, from 1 to 2: twice for 64 and more. */
export function weight(times: number): number {
  return 1 + Math.min(1, Math.log2(Math.max(1, times)) / 6);
}
