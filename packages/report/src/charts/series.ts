/** Something measured at a step. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/**
 * A moving average over steps, before and after: what lies `memory` steps away weighs 1/e, values and
 * weights alike, so that it is unbiased at the ends and lags nowhere.
 */
export function smooth(points: readonly Point[], memory: number): readonly Point[] {
  const before = decaying(points, memory);
  const after = decaying(points.toReversed(), memory).toReversed();
  return points.map(({ step, value }, at) => {
    const total = (before[at]?.total ?? 0) + (after[at]?.total ?? 0) - value;
    const weight = (before[at]?.weight ?? 0) + (after[at]?.weight ?? 0) - 1;
    return { step, value: total / weight };
  });
}

/** Sums of values and of their weights up to each point. */
function decaying(
  points: readonly Point[],
  memory: number,
): readonly { readonly total: number; readonly weight: number }[] {
  let sums = { total: 0, weight: 0 };
  let last = 0;
  return points.map(({ step, value }) => {
    const kept = Math.exp(-Math.abs(step - last) / memory);
    sums = { total: sums.total * kept + value, weight: sums.weight * kept + 1 };
    last = step;
    return sums;
  });
}

/** At most about `most` points that look the same: of each stretch of steps the lowest and the highest. */
export function thin(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const length = Math.ceil((2 * points.length) / most);
  const stretches = Array.from({ length: Math.ceil(points.length / length) }, (_, index) =>
    points.slice(index * length, (index + 1) * length),
  );
  return stretches.flatMap((stretch) => {
    const sorted = stretch.toSorted((a, b) => a.value - b.value);
    const ends = [sorted.at(0), sorted.at(-1)].filter((point) => point !== undefined);
    return [...new Set(ends)].toSorted((a, b) => a.step - b.step);
  });
}
