import { differentiate, trainedParameters } from "@megapairs/autograd";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { numbersOf } from "./central-differences.ts";

const w = createOnnxTensor("float32", Float32Array.of(1, -2, 3, 4), [2, 2]);
const b = createOnnxTensor("float32", Float32Array.of(1, 2));
const zeros = (dims: readonly number[]): OnnxTensor =>
  createOnnxTensor("float32", new Float32Array(dims.reduce((a, size) => a * size, 1)), dims);

/** loss = sum of (x w + b)², over x [n, 2]. */
const model: OnnxModelDefinition = {
  name: "squares",
  opset: 18,
  inputs: [{ name: "x", dataType: "float32", shape: ["n", 2] }],
  outputs: [{ name: "loss", dataType: "float32", shape: [] }],
  nodes: [
    { op: "MatMul", inputs: ["x", "w"], outputs: ["xw"] },
    { op: "Add", inputs: ["xw", "b"], outputs: ["h"] },
    { op: "Mul", inputs: ["h", "h"], outputs: ["squares"] },
    { op: "ReduceSum", inputs: ["squares"], outputs: ["loss"], attributes: { keepdims: int(0) } },
  ],
  initializers: [
    { name: "w", ...w },
    { name: "b", ...b },
  ],
};
const settings = { model, loss: "loss", parameters: ["b", "w"] };
const rows = [1, 2, 3, 4, -5, 6, 0, 1, 2, -2, 7, 3];

async function gradients(
  training: OnnxModelDefinition,
  data: number[],
  before: Record<string, OnnxTensor>,
): Promise<Record<string, OnnxTensor>> {
  const session = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
  const x = createOnnxTensor("float32", Float32Array.from(data), [data.length / 2, 2]);
  const results = await session.run({ x, w, b, ...before });
  await session.dispose();
  return results;
}

describe("differentiate with accumulate", () => {
  it("adds the gradients of two half batches up to those of the whole", async () => {
    const half = differentiate({ ...settings, accumulate: true, dimensions: { n: 3 } });
    const whole = differentiate({ ...settings, dimensions: { n: 6 } });
    const nothing = { "w.gradient.before": zeros([2, 2]), "b.gradient.before": zeros([2]) };
    const first = await gradients(half, rows.slice(0, 6), nothing);
    const second = await gradients(half, rows.slice(6), {
      "w.gradient.before": first["w.gradient"]!,
      "b.gradient.before": first["b.gradient"]!,
    });
    const expected = await gradients(whole, rows, {});
    for (const name of ["w.gradient", "b.gradient"]) {
      expect(numbersOf(second[name]!), name).toEqual(numbersOf(expected[name]!));
      expect(numbersOf(first[name]!), name).not.toEqual(numbersOf(expected[name]!));
    }
  });

  it("takes sums of the parameters' shapes, and adds to them last", () => {
    const training = differentiate({ ...settings, accumulate: true, dimensions: { n: 3 } });
    expect(training.inputs.slice(-2)).toEqual([
      { name: "b.gradient.before", dataType: "float32", shape: [2] },
      { name: "w.gradient.before", dataType: "float32", shape: [2, 2] },
    ]);
    expect(training.nodes.slice(-2)).toMatchObject([
      { op: "Add", inputs: ["w.gradient.before", expect.any(String)], outputs: ["w.gradient"] },
      { op: "Add", inputs: ["b.gradient.before", expect.any(String)], outputs: ["b.gradient"] },
    ]);
    expect(trainedParameters(training).map(({ name }) => name)).toEqual(["b", "w"]);
  });

  it.each<[string, Partial<Parameters<typeof differentiate>[0]>]>([
    ["gradientNorm and accumulate exclude each other", { gradientNorm: true }],
    [
      'has a value "w.gradient.before" already',
      {
        model: {
          ...model,
          initializers: [...model.initializers, { name: "w.gradient.before", ...b }],
        },
      },
    ],
  ])("refuses: %s", (message, change) => {
    const attempt = (): unknown =>
      differentiate({ ...settings, accumulate: true, dimensions: { n: 3 }, ...change });
    expect(attempt).toThrowError(message);
    expect(attempt).toThrowError(expect.objectContaining({ code: "invalid-argument" }));
  });
});
