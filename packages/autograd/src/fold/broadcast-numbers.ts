import { range } from "../graph/axes.ts";
import { rowMajorStrides } from "../graph/row-major-strides.ts";

/** Elements of a tensor of shape `from`, repeated to fill the shape `to` it broadcasts to. */
export function broadcastNumbers(
  numbers: readonly number[],
  from: readonly number[],
  to: readonly number[],
): number[] {
  const strides = rowMajorStrides(from);
  const missing = to.length - from.length;
  return pickNumbers(
    numbers,
    to,
    0,
    to.map((_, axis) => (from[axis - missing] === 1 ? 0 : (strides[axis - missing] ?? 0))),
  );
}

/** Elements at `offset` plus the multiples of `steps` that count through a shape, row-major. */
export function pickNumbers(
  numbers: readonly number[],
  shape: readonly number[],
  offset: number,
  steps: readonly number[],
): number[] {
  let places = [offset];
  shape.forEach((size, axis) => {
    const step = steps[axis] ?? 0;
    places = places.flatMap((place) => range(size).map((index) => place + index * step));
  });
  return places.map((place) => numbers[place] ?? 0);
}
