import { differentiate } from "@megapairs/autograd";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int, ints } from "@megapairs/onnx";
import type { OnnxInitializerDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { numbersOf } from "./central-differences.ts";
import { weightedLoss } from "./weighted-loss.ts";

const float64 = (data: number[], dims = [data.length]) =>
  createOnnxTensor("float64", Float64Array.from(data), dims);
const bound = (name: string, value: number): OnnxInitializerDefinition => ({
  name,
  ...float64([value], []),
});

/** Gradient by x of the sum of y. */
async function gradientOf(
  node: Omit<OnnxNodeDefinition, "outputs">,
  data: number[],
  constants: OnnxInitializerDefinition[] = [],
  { before = [], opset }: { before?: OnnxNodeDefinition[]; opset?: number } = {},
): Promise<number[]> {
  const x = float64(data);
  const model = weightedLoss(
    { nodes: [...before, { ...node, outputs: ["y"] }], constants, ...(opset && { opset }) },
    { x },
    float64([1], []),
  );
  const training = differentiate({ model, loss: "loss", parameters: ["x"] });
  const session = await createOnnxModel({ model: encodeOnnxModel(training) });
  const results = await session.run({ x });
  await session.dispose();
  return numbersOf(results["x.gradient"]!);
}

describe("where there is no derivative", () => {
  it.each<[string, Omit<OnnxNodeDefinition, "outputs">, number[], number[]]>([
    ["Relu has 0 at 0", { op: "Relu", inputs: ["x"] }, [-1, 0, 1], [0, 0, 1]],
    ["Abs has 0 at 0", { op: "Abs", inputs: ["x"] }, [-1, 0, 1], [-1, 0, 1]],
    [
      "Clip has 1 at its bounds",
      { op: "Clip", inputs: ["x", "low", "high"] },
      [-2, -1, 0, 1, 2],
      [0, 1, 1, 1, 0],
    ],
    ["Clip takes one bound", { op: "Clip", inputs: ["x", "", "high"] }, [-2, 1, 2], [1, 1, 0]],
    [
      "ReduceMax divides among ties",
      { op: "ReduceMax", inputs: ["x"], attributes: { keepdims: int(0) } },
      [4, 1, 4, 4, 4],
      [0.25, 0, 0.25, 0.25, 0.25],
    ],
    [
      "Max divides among ties",
      { op: "Max", inputs: ["x", "low", "one"] },
      [-2, -1, 0, 1, 2],
      [0, 0, 0, 0.5, 1],
    ],
    [
      "HardSwish is closed at -3 and open at 3",
      { op: "HardSwish", inputs: ["x"] },
      [-3, 3],
      [0, 1],
    ],
    [
      "Pow has 0 for an exponent of 0",
      { op: "Pow", inputs: ["x", "nothing"] },
      [-1, 0, 2],
      [0, 0, 0],
    ],
    ["ReduceL2 has 0 for zeros", { op: "ReduceL2", inputs: ["x"] }, [0, 0], [0, 0]],
  ])("%s", async (_, node, data, expected) => {
    const constants = [bound("low", -1), bound("high", 1), bound("one", 1), bound("nothing", 0)];
    expect(await gradientOf(node, data, constants)).toEqual(expected);
  });
});

it("has no gradient by the exponent of 0, but by that of what is above it", async () => {
  const x = float64([0, 0, 1, Math.E]);
  const gradient = await gradientOf(
    { op: "Pow", inputs: ["base", "x"] },
    [0, 2, 3, 2],
    [{ name: "base", ...x }],
  );
  expect(gradient.slice(0, 3)).toEqual([0, 0, 0]);
  expect(gradient[3]).toBeCloseTo(Math.E ** 2, 10);
});

it("gives the gradient of a pool to the first of what ties", async () => {
  const node = { op: "MaxPool", inputs: ["image"], attributes: { kernel_shape: ints([2]) } };
  const image = { op: "Unsqueeze", inputs: ["x", "axes"], outputs: ["image"] };
  const axes = { name: "axes", ...createOnnxTensor("int64", BigInt64Array.of(0n, 1n)) };
  const gradient = await gradientOf(node, [1, 3, 3, 3], [axes], { before: [image] });
  expect(gradient).toEqual([0, 2, 1, 0]);
});

it("gives attention no gradient through a query that sees no key", async () => {
  const shape = { name: "shape", ...createOnnxTensor("int64", BigInt64Array.of(1n, 1n, 2n, 2n)) };
  const mask = { name: "mask", ...createOnnxTensor("bool", Uint8Array.of(1, 0, 0, 0), [2, 2]) };
  const rows = { op: "Reshape", inputs: ["x", "shape"], outputs: ["rows"] };
  const node = { op: "Attention", inputs: ["rows", "rows", "rows", "mask"] };
  const gradient = await gradientOf(node, [1, 2, 3, 4], [shape, mask], {
    before: [rows],
    opset: 23,
  });
  expect(gradient).toEqual([1, 1, 0, 0]);
});

it("loses no gradient of an index that repeats, on all threads", async () => {
  const indices = Array.from({ length: 50_000 }, (_, index) => index % 3);
  const ids = createOnnxTensor("int64", BigInt64Array.from(indices, BigInt));
  const node = { op: "Gather", inputs: ["x", "ids"] };
  const gradient = await gradientOf(node, [1, 2, 3, 4], [{ name: "ids", ...ids }]);
  expect(gradient).toEqual([16_667, 16_667, 16_666, 0]);
});
