/** The measures of a picture of what happened when: one lane a kind, time from left to right. */
export interface Dot {
  lane: number;
  at: number;
}

/** Where each moment lies between the first and `now`, from 0 to 1; one moment alone lies at the start. */
export function spread(moments: readonly number[], now: number): number[] {
  const first = Math.min(...moments);
  const span = Math.max(1, now - first);
  return moments.map((moment) => Math.min(1, Math.max(0, (moment - first) / span)));
}

/** The dot nearest to a place, by time; ties go to the lane that is nearer. */
export function nearest(dots: readonly Dot[], at: number, lane: number): number | null {
  let best: number | null = null;
  let least = Infinity;
  dots.forEach((dot, index) => {
    const far = Math.abs(dot.at - at) + Math.abs(dot.lane - lane) * 0.08;
    if (far < least) [best, least] = [index, far];
  });
  return best;
}
