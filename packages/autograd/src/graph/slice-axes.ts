import { frontAxis, range } from "./axes.ts";

/** What a slice takes along one axis: `count` elements, the first at `start`, `step` apart. */
export interface AxisSlice {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/**
 * What `Slice` takes along each axis of a shape. Starts and ends count from the back when negative
 * and are clamped to the axis, as ONNX has it.
 */
export function sliceAxes(
  shape: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] = range(starts.length),
  steps: readonly number[] = starts.map(() => 1),
): AxisSlice[] {
  const slices: AxisSlice[] = shape.map((count) => ({ start: 0, step: 1, count }));
  axes.forEach((given, index) => {
    const axis = frontAxis(given, shape.length);
    const size = shape[axis] ?? 0;
    const step = steps[index] ?? 1;
    const front = (at: number): number => (at < 0 ? at + size : at);
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const clamp = (at: number): number => Math.min(Math.max(at, low), high);
    const start = Math.max(clamp(front(starts[index] ?? 0)), 0);
    const end = clamp(front(ends[index] ?? size));
    slices[axis] = { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
  });
  return slices;
}
