import { MegaPairsError } from "@megapairs/spec";

/** An axis counted from the front; negative ones count from the back. `invalid-argument` outside. */
export function frontAxis(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(front) || front < 0 || front >= rank) {
    throw new MegaPairsError("invalid-argument", `axis ${axis} is none of a value of rank ${rank}`);
  }
  return front;
}

/** A shape with one size changed. */
export function withSize(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((other, index) => (index === axis ? size : other));
}

/** The numbers from 0 up to, not including, `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** True where two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
