import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxModel, OnnxTensor } from "@megapairs/onnx";

/** Elements of a tensor as numbers. */
export function numbersOf({ data }: OnnxTensor): number[] {
  return Array.from<string | number | bigint, number>(data, Number);
}

/** A tensor of the data type and dims of another. */
function like({ dataType, dims }: OnnxTensor, numbers: readonly number[]): OnnxTensor {
  return dataType === "float64"
    ? createOnnxTensor("float64", Float64Array.from(numbers), dims)
    : createOnnxTensor("float32", Float32Array.from(numbers), dims);
}

/** (8 (f(+h) - f(-h)) - (f(+2h) - f(-2h))) / 12h, the derivative at 0 to the fourth order. */
async function fourthOrder(
  step: number,
  compute: (distance: number) => Promise<number>,
): Promise<number> {
  const near = (await compute(step)) - (await compute(-step));
  const far = (await compute(2 * step)) - (await compute(-2 * step));
  return (8 * near - far) / (12 * step);
}

/** The derivative of a model's loss by one element of a feed. */
export async function centralDifference(
  model: OnnxModel,
  feeds: Readonly<Record<string, OnnxTensor>>,
  name: string,
  at: number,
  step: number,
): Promise<number> {
  const axis = numbersOf(feeds[name]!).map((_, index) => (index === at ? 1 : 0));
  return directionalDifference(model, feeds, name, axis, step);
}

/** Largest difference, relative to the largest expected magnitude (at least 1e-3). */
export function relativeError(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  const errors = expected.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN)));
  return Math.max(...errors) / scale;
}

/** The derivative of a model's loss along a direction in one feed, made a unit vector first. */
export async function directionalDifference(
  model: OnnxModel,
  feeds: Readonly<Record<string, OnnxTensor>>,
  name: string,
  direction: readonly number[],
  step: number,
): Promise<number> {
  const value = feeds[name]!;
  const length = Math.hypot(...direction);
  return fourthOrder(step, async (distance) => {
    const numbers = numbersOf(value).map(
      (number, at) => number + (distance * (direction[at] ?? 0)) / length,
    );
    const { loss } = await model.run(
      { ...feeds, [name]: like(value, numbers) },
      { outputs: ["loss"] },
    );
    return numbersOf(loss!)[0]!;
  });
}
