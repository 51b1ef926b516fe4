import { adamWGraph, initialState, nextState, sgdGraph } from "@megapairs/autograd";
import type { OptimiserParameter } from "@megapairs/autograd";
import { createOnnxModel, createOnnxTensor, encodeOnnxModel } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { numbersOf, relativeError } from "./central-differences.ts";
import reference from "./reference/optimisers.json" with { type: "json" };

const { w, b } = reference.shapes;
const parameters: OptimiserParameter[] = [
  { name: "w", dataType: "float32", shape: w },
  { name: "b", dataType: "float32", shape: b },
];

const float32 = (data: readonly number[], dims: readonly number[]): OnnxTensor =>
  createOnnxTensor("float32", Float32Array.from(data), dims);

async function tenSteps(
  graph: OnnxModelDefinition,
  scales: readonly number[] = [],
): Promise<{
  state: Record<string, OnnxTensor>;
  norms: number[];
}> {
  const model = await createOnnxModel({ model: encodeOnnxModel(graph), threads: 1 });
  const { start } = reference;
  let state: Record<string, OnnxTensor> = initialState(graph);
  for (const [name, value] of Object.entries({ w: float32(start.w, w), b: float32(start.b, b) })) {
    state[name] = value;
    if (state[`${name}.average`]) state[`${name}.average`] = value;
  }
  const norms: number[] = [];
  for (const [step, gradient] of reference.gradients.entries()) {
    const results = await model.run({
      ...state,
      learning_rate: float32([reference.rates[step]!], []),
      "w.gradient": float32(gradient.w, w),
      "b.gradient": float32(gradient.b, b),
      ...(scales.length > 0 && { gradient_scale: float32([scales[step]!], []) }),
    });
    state = nextState(results);
    if (results["gradient_norm"]) norms.push(...numbersOf(results["gradient_norm"]));
  }
  await model.dispose();
  return { state, norms };
}

describe("ten steps against torch", () => {
  it.each([
    ["AdamW", adamWGraph({ parameters }), reference.adamW],
    [
      "AdamW with decay of one parameter, other constants and clipping",
      adamWGraph({
        parameters: parameters.map((one) => ({ ...one, weightDecay: one.name === "w" ? 0.1 : 0 })),
        betas: [0.9, 0.98],
        epsilon: 1e-6,
        clipNorm: 1,
      }),
      reference.adamWDecayClip,
    ],
    ["SGD", sgdGraph({ parameters }), reference.sgd],
    ["SGD with momentum", sgdGraph({ parameters, momentum: 0.9 }), reference.sgdMomentum],
  ])("%s", async (_, graph, expected) => {
    const { state, norms } = await tenSteps(graph);
    expect(relativeError(numbersOf(state["w"]!), expected.w)).toBeLessThan(1e-5);
    expect(relativeError(numbersOf(state["b"]!), expected.b)).toBeLessThan(1e-5);
    expect(norms).toHaveLength(expected.norms.length);
    expect(relativeError([0, ...norms], [0, ...expected.norms])).toBeLessThan(1e-5);
  });
});

it("clips by a factor that is found elsewhere", async () => {
  const scales = reference.gradients.map((gradient) =>
    Math.min(1, 1 / (Math.hypot(...gradient.w, ...gradient.b) + 1e-6)),
  );
  const graph = adamWGraph({
    parameters: parameters.map((one) => ({ ...one, weightDecay: one.name === "w" ? 0.1 : 0 })),
    betas: [0.9, 0.98],
    epsilon: 1e-6,
    gradientScale: true,
  });
  const { state, norms } = await tenSteps(graph, scales);
  expect(norms).toEqual([]);
  expect(relativeError(numbersOf(state["w"]!), reference.adamWDecayClip.w)).toBeLessThan(1e-5);
  expect(relativeError(numbersOf(state["b"]!), reference.adamWDecayClip.b)).toBeLessThan(1e-5);
});

it("keeps the average of weights that torch keeps, and the same weights", async () => {
  const { state } = await tenSteps(adamWGraph({ parameters, average: 0.9 }));
  const plain = await tenSteps(adamWGraph({ parameters }));
  const { averages } = reference.adamWAverage;
  expect(relativeError(numbersOf(state["w.average"]!), averages.w)).toBeLessThan(1e-5);
  expect(relativeError(numbersOf(state["b.average"]!), averages.b)).toBeLessThan(1e-5);
  expect(state["w"]).toEqual(plain.state["w"]);
});

it("scales gradients and averages weights of SGD", async () => {
  const graph = sgdGraph({ parameters: [parameters[1]!], gradientScale: true, average: 0.75 });
  const model = await createOnnxModel({ model: encodeOnnxModel(graph), threads: 1 });
  const results = await model.run({
    b: float32([1, 2, 3, 4], b),
    "b.average": float32([1, 2, 3, 0], b),
    "b.gradient": float32([0, 0, 4, 4], b),
    learning_rate: float32([0.5], []),
    gradient_scale: float32([0.25], []),
  });
  await model.dispose();
  expect(numbersOf(results["b.next"]!)).toEqual([1, 2, 2.5, 3.5]);
  expect(numbersOf(results["b.average.next"]!)).toEqual([1, 2, 2.875, 0.875]);
});

it("counts its steps", async () => {
  const { state } = await tenSteps(adamWGraph({ parameters }));
  expect(numbersOf(state["step"]!)).toEqual([10]);
});

it("decays apart from the momentum", async () => {
  const graph = sgdGraph({ parameters: [parameters[1]!], weightDecay: 0.5, momentum: 0.9 });
  const model = await createOnnxModel({ model: encodeOnnxModel(graph), threads: 1 });
  const results = await model.run({
    b: float32([1, 2, 3, 4], b),
    "b.gradient": float32([0, 0, 0, 1], b),
    "b.velocity": float32([0, 0, 1, 1], b),
    learning_rate: float32([0.5], []),
  });
  expect(numbersOf(results["b.next"]!)).toEqual([
    0.75, 1.5, 1.7999999523162842, 2.0499999523162842,
  ]);
  await model.dispose();
});

it.each([
  [() => adamWGraph({ parameters, betas: [0.9, 1] }), /betas must be in \[0, 1\)/],
  [() => adamWGraph({ parameters, clipNorm: 0 }), /clipNorm must be above 0, found 0/],
  [
    () => adamWGraph({ parameters, clipNorm: 1, gradientScale: true }),
    /clipNorm and gradientScale exclude each other/,
  ],
  [() => adamWGraph({ parameters, average: 1 }), /average must be in \[0, 1\), found 1/],
  [() => adamWGraph({ parameters: [] }), /AdamW got no parameter/],
  [() => sgdGraph({ parameters, momentum: 1 }), /momentum must be in \[0, 1\), found 1/],
])("refuses numbers out of range (%#)", (make, message) => {
  expect(make).toThrowError(expect.objectContaining({ code: "invalid-argument" }));
  expect(make).toThrowError(message);
});
