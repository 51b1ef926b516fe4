import { differentiate } from "@megapairs/autograd";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int } from "@megapairs/onnx";
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
): Promise<number[]> {
  const x = float64(data);
  const model = weightedLoss(
    { nodes: [{ ...node, outputs: ["y"] }], constants },
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
    ["ReduceL2 has 0 for zeros", { op: "ReduceL2", inputs: ["x"] }, [0, 0], [0, 0]],
  ])("%s", async (_, node, data, expected) => {
    const constants = [bound("low", -1), bound("high", 1)];
    expect(await gradientOf(node, data, constants)).toEqual(expected);
  });
});

it("loses no gradient of an index that repeats, on all threads", async () => {
  const indices = Array.from({ length: 50_000 }, (_, index) => index % 3);
  const ids = createOnnxTensor("int64", BigInt64Array.from(indices, BigInt));
  const node = { op: "Gather", inputs: ["x", "ids"] };
  const gradient = await gradientOf(node, [1, 2, 3, 4], [{ name: "ids", ...ids }]);
  expect(gradient).toEqual([16_667, 16_667, 16_666, 0]);
});
