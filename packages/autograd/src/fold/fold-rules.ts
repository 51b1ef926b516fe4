import { countElements } from "@megapairs/onnx";
import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { frontAxis, range } from "../graph/axes.ts";
import type { InferredValue } from "../graph/inferred-value.ts";
import { intAttribute, intsAttribute, tensorAttribute } from "../graph/node-attributes.ts";
import { rowMajorStrides } from "../graph/row-major-strides.ts";
import { sliceAxes } from "../graph/slice-axes.ts";
import { numbersOfTensor } from "../graph/tensor-numbers.ts";
import { broadcastNumbers, pickNumbers } from "./broadcast-numbers.ts";

/** A constant of which the elements are at hand. */
export interface FoldedInput {
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

/** A node whose inputs are constants, and what its output will be. */
interface FoldCall {
  readonly node: OnnxNodeDefinition;
  readonly inputs: readonly FoldedInput[];
  readonly output: InferredValue;
}

/** Elements of a node's output, row-major. */
export type FoldRule = (call: FoldCall) => readonly number[];

const NOTHING: FoldedInput = { shape: [], numbers: [] };

const unchanged: FoldRule = ({ inputs: [x = NOTHING] }) => x.numbers;

const each =
  (compute: (...numbers: number[]) => number): FoldRule =>
  ({ inputs, output: { shape } }) => {
    const columns = inputs.map((input) => broadcastNumbers(input.numbers, input.shape, shape));
    return range(countElements(shape)).map((index) =>
      compute(...columns.map((numbers) => numbers[index] ?? 0)),
    );
  };

const divide: FoldRule = (call) => {
  const quotient = each((a, b) => (a ?? 0) / (b ?? 0))(call);
  return call.output.dataType.startsWith("int") ? quotient.map(Math.trunc) : quotient;
};

const gather: FoldRule = ({ node, inputs: [data = NOTHING, indices = NOTHING] }) => {
  const axis = frontAxis(intAttribute(node, "axis", 0), data.shape.length);
  const size = data.shape[axis] ?? 0;
  const inner = countElements(data.shape.slice(axis + 1));
  return range(countElements(data.shape.slice(0, axis))).flatMap((outer) =>
    indices.numbers.flatMap((index) => {
      const start = (outer * size + (index < 0 ? index + size : index)) * inner;
      return data.numbers.slice(start, start + inner);
    }),
  );
};

const concatenate: FoldRule = ({ node, inputs, output: { shape } }) => {
  const axis = frontAxis(intAttribute(node, "axis", 0), shape.length);
  return range(countElements(shape.slice(0, axis))).flatMap((outer) =>
    inputs.flatMap((input) => {
      const run = countElements(input.shape.slice(axis));
      return input.numbers.slice(outer * run, (outer + 1) * run);
    }),
  );
};

const slice: FoldRule = ({ inputs, output }) => {
  const [data = NOTHING, starts, ends, axes, steps] = inputs;
  const slices = sliceAxes(
    data.shape,
    starts?.numbers ?? [],
    ends?.numbers ?? [],
    axes?.numbers,
    steps?.numbers,
  );
  const strides = rowMajorStrides(data.shape);
  const offset = slices.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0);
  const places = slices.map(({ step }, axis) => step * (strides[axis] ?? 0));
  return pickNumbers(data.numbers, output.shape, offset, places);
};

const transpose: FoldRule = ({ node, inputs: [data = NOTHING], output: { shape } }) => {
  const strides = rowMajorStrides(data.shape);
  const order = intsAttribute(node, "perm") ?? range(shape.length).toReversed();
  return pickNumbers(
    data.numbers,
    shape,
    0,
    order.map((axis) => strides[axis] ?? 0),
  );
};

const fill: FoldRule = ({ node, output: { shape } }) => {
  const value = tensorAttribute(node, "value");
  const [number = 0] = (value && numbersOfTensor(value)) ?? [];
  return Array<number>(countElements(shape)).fill(number);
};

const count: FoldRule = ({ inputs: [start = NOTHING, , step = NOTHING], output: { shape } }) =>
  range(shape[0] ?? 0).map((index) => (start.numbers[0] ?? 0) + index * (step.numbers[0] ?? 1));

/** How to compute what exporters compute of shapes, by operator. */
export const FOLD_RULES: ReadonlyMap<string, FoldRule> = new Map([
  ["Add", each((a = 0, b = 0) => a + b)],
  ["Cast", unchanged],
  ["Concat", concatenate],
  ["ConstantOfShape", fill],
  ["Div", divide],
  ["Equal", each((a, b) => (a === b ? 1 : 0))],
  [
    "Expand",
    ({ inputs: [x = NOTHING], output }) => broadcastNumbers(x.numbers, x.shape, output.shape),
  ],
  ["Floor", each((a = 0) => Math.floor(a))],
  ["Gather", gather],
  ["Greater", each((a = 0, b = 0) => (a > b ? 1 : 0))],
  ["Identity", unchanged],
  ["Less", each((a = 0, b = 0) => (a < b ? 1 : 0))],
  // Integers: the remainder has the sign of the divisor.
  ["Mod", each((a = 0, b = 1) => a - b * Math.floor(a / b))],
  ["Mul", each((a = 0, b = 0) => a * b)],
  ["Neg", each((a = 0) => -a)],
  ["Pow", each((a = 0, b = 0) => a ** b)],
  ["Range", count],
  ["Reshape", unchanged],
  ["Slice", slice],
  ["Squeeze", unchanged],
  ["Sub", each((a = 0, b = 0) => a - b)],
  ["Transpose", transpose],
  ["Unsqueeze", unchanged],
  ["Where", each((condition, a = 0, b = 0) => (condition === 0 ? b : a))],
]);
