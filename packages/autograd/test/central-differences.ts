import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxModel, OnnxTensor } from "@megapairs/onnx";

/** Elements of a tensor as numbers. */
export function numbersOf({ data }: OnnxTensor): number[] {
  return Array.from<string | number | bigint, number>(data, Number);
}

/** The tensor with `amount` added to one element. */
export function shifted(value: OnnxTensor, at: number, amount: number): OnnxTensor {
  const numbers = numbersOf(value);
  numbers[at] = (numbers[at] ?? 0) + amount;
  return value.dataType === "float64"
    ? createOnnxTensor("float64", Float64Array.from(numbers), value.dims)
    : createOnnxTensor("float32", Float32Array.from(numbers), value.dims);
}

/**
 * The derivative of a model's loss by one element of a feed, from four losses at distances of one
 * and two steps: (8 (f(+h) - f(-h)) - (f(+2h) - f(-2h))) / 12h, of fourth order.
 */
export async function centralDifference(
  model: OnnxModel,
  feeds: Readonly<Record<string, OnnxTensor>>,
  name: string,
  at: number,
  step: number,
): Promise<number> {
  const value = feeds[name]!;
  const losses: number[] = [];
  for (const multiple of [1, -1, 2, -2]) {
    const moved = { ...feeds, [name]: shifted(value, at, multiple * step) };
    const { loss } = await model.run(moved, { outputs: ["loss"] });
    losses.push(numbersOf(loss!)[0]!);
  }
  const [near = 0, nearBack = 0, far = 0, farBack = 0] = losses;
  return (8 * (near - nearBack) - (far - farBack)) / (12 * step);
}

/** Largest difference, relative to the largest expected magnitude (at least 1e-3). */
export function relativeError(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  const errors = expected.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN)));
  return Math.max(...errors) / scale;
}
