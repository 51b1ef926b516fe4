import { differentiate } from "@megapairs/autograd";
import { createOnnxModel, encodeOnnxModel } from "@megapairs/onnx";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { numbersOf } from "./central-differences.ts";
import { toTensor, weightedLoss } from "./weighted-loss.ts";

const count = (dims: readonly number[]): number =>
  dims.reduce((product, size) => product * size, 1);

/** Gradient of sum(weights · broadcast(x)): each weight goes to the one element it came from. */
function slowReduction(weights: readonly number[], from: readonly number[], to: readonly number[]) {
  const sums = Array<number>(count(to)).fill(0);
  weights.forEach((weight, flat) => {
    let rest = flat;
    let place = 0;
    let stride = 1;
    for (let axis = from.length - 1, own = to.length - 1; own >= 0; axis--, own--) {
      const at = rest % from[axis]!;
      rest = Math.floor(rest / from[axis]!);
      place += (to[own] === 1 ? 0 : at) * stride;
      stride *= to[own]!;
    }
    sums[place]! += weight;
  });
  return sums;
}

const shapes = fc
  .array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 })
  .chain((full) =>
    fc.tuple(
      fc.constant(full),
      fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }),
      fc.nat({ max: full.length }),
    ),
  )
  .map(([full, ones, drop]) => ({
    full,
    part: full.map((size, axis) => (ones[axis] ? 1 : size)).slice(drop),
  }));

it("sums gradients over the axes along which a value was repeated", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ full, part }) => {
      const weights = Array.from({ length: count(full) }, (_, index) => 2 ** (index % 20) + index);
      const feeds = {
        a: toTensor({ dims: full, data: weights }, "float64"),
        b: toTensor({ dims: part, data: Array<number>(count(part)).fill(1) }, "float64"),
      };
      const training = differentiate({
        model: weightedLoss(
          { nodes: [{ op: "Sub", inputs: ["a", "b"], outputs: ["y"] }] },
          feeds,
          toTensor({ dims: full, data: weights }, "float64"),
        ),
        loss: "loss",
        parameters: ["b"],
      });
      const model = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
      const gradient = (await model.run({ b: feeds.b }))["b.gradient"]!;
      await model.dispose();
      expect(gradient.dims).toEqual(part);
      expect(numbersOf(gradient)).toEqual(slowReduction(weights, full, part).map((sum) => -sum));
    }),
    { numRuns: 25, seed: 3 },
  );
}, 60_000);
