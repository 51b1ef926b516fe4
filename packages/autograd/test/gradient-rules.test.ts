import { differentiableOperators, differentiate } from "@megapairs/autograd";
import { createOnnxModel, encodeOnnxModel } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { centralDifference, numbersOf, relativeError } from "./central-differences.ts";
import { gradientCases } from "./gradient-cases.ts";
import type { ReferenceTensor } from "./weighted-loss.ts";
import { toTensor, weightedLoss } from "./weighted-loss.ts";
import reference from "./reference/gradients.json" with { type: "json" };

interface Reference {
  readonly dataType: string;
  readonly inputs: Readonly<Record<string, ReferenceTensor>>;
  readonly weights: ReferenceTensor;
  readonly gradients: Readonly<Record<string, ReferenceTensor>>;
}

const references = Object.entries(reference as unknown as Readonly<Record<string, Reference>>);

/** By data type: against torch, against differences, and the step of those. */
const LIMITS = {
  float64: { torch: 1e-7, differences: 1e-4, step: 1e-3 },
  float32: { torch: 1e-5, differences: 1e-3, step: 0.05 },
} as const;

describe("gradients against torch and central differences", () => {
  it("has a case for each operator", () => {
    const tested = new Set(
      Object.values(gradientCases).flatMap(({ nodes }) => nodes.map(({ op }) => op)),
    );
    expect(differentiableOperators.filter((op) => !tested.has(op))).toEqual([]);
    expect(references.map(([name]) => name).toSorted()).toEqual(
      Object.keys(gradientCases).toSorted(),
    );
  });

  it.each(references)("%s", async (name, { dataType, inputs, weights, gradients }) => {
    const limits = dataType === "float64" ? LIMITS.float64 : LIMITS.float32;
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([input, value]) => [input, toTensor(value, dataType)]),
    );
    const training = differentiate({
      model: weightedLoss(gradientCases[name]!, feeds, toTensor(weights, dataType)),
      loss: "loss",
      parameters: Object.keys(inputs),
    });
    const model = await createOnnxModel({
      model: encodeOnnxModel(training),
      threads: 1,
      graphOptimization: "basic",
    });
    const results = await model.run(feeds);
    for (const [input, expected] of Object.entries(gradients)) {
      const gradient = results[`${input}.gradient`]!;
      expect(gradient).toMatchObject({ dataType, dims: expected.dims });
      expect(relativeError(numbersOf(gradient), expected.data)).toBeLessThan(limits.torch);
      if (name.startsWith("Cast")) continue; // Steps vanish in float32.
      const differences: number[] = [];
      for (const at of expected.data.keys()) {
        differences.push(await centralDifference(model, feeds, input, at, limits.step));
      }
      expect(relativeError(numbersOf(gradient), differences)).toBeLessThan(limits.differences);
    }
    await model.dispose();
  });
});
