import { readFileSync } from "node:fs";
import { differentiate, peakMemory, readParameters } from "@megapairs/autograd";
import type { DifferentiateSettings } from "@megapairs/autograd";
import {
  createOnnxModel,
  createOnnxTensor,
  decodeOnnxModel,
  encodeOnnxModel,
  int,
} from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxModelSettings, OnnxTensor } from "@megapairs/onnx";
import { describe, expect, it } from "vitest";
import { contrastiveFeeds, contrastiveModel, contrastiveParameters } from "./contrastive-model.ts";
import { numbersOf } from "./central-differences.ts";

const LEVELS = ["disabled", "basic", "all"] as const;

async function gradients(
  settings: DifferentiateSettings,
  feeds: Readonly<Record<string, OnnxTensor>>,
  graphOptimization: OnnxModelSettings["graphOptimization"],
): Promise<Record<string, OnnxTensor>> {
  const model = encodeOnnxModel(differentiate(settings));
  const session = await createOnnxModel({ model, threads: 1, graphOptimization });
  const results = await session.run(feeds);
  await session.dispose();
  return results;
}

/** CLIP's vision tower as torch exports it, under a loss of all its features. */
function visionModel(): OnnxModelDefinition {
  const file = "../../encoder-onnx/test/fixtures/clip/onnx/vision_model.onnx";
  const model = decodeOnnxModel(readFileSync(new URL(file, import.meta.url)));
  const sum = { op: "ReduceSum", attributes: { keepdims: int(0) } };
  return {
    ...model,
    nodes: [
      ...model.nodes,
      { op: "Tanh", inputs: ["image_embeds"], outputs: ["bounded"] },
      { ...sum, inputs: ["bounded"], outputs: ["loss"] },
    ],
  };
}

describe("recomputation gives the same gradients, bit for bit", () => {
  const model = contrastiveModel(3);
  const parameters = contrastiveParameters(model);
  const settings = { model, loss: "loss", parameters };
  const feeds = { ...readParameters(model, parameters), ...contrastiveFeeds() };

  // ONNX Runtime's fusion of QuickGelu, which comes with "all", has no float64 kernel.
  it.each(["disabled", "basic"] as const)(
    "of a contrastive loss, optimisation %s",
    async (level) => {
      const recompute = ["block0.end", "block1.end"];
      const expected = await gradients(settings, feeds, level);
      expect(await gradients({ ...settings, recompute }, feeds, level)).toEqual(expected);
      const whole = [...recompute, "block2.end", "loss"];
      expect(await gradients({ ...settings, recompute: whole }, feeds, level)).toEqual(expected);
    },
  );

  it("where they are added to a sum", async () => {
    const before = Object.fromEntries(
      Object.entries(readParameters(model, parameters)).map(([name, value]) => [
        `${name}.gradient.before`,
        value,
      ]),
    );
    const accumulate = { ...settings, accumulate: true };
    const recompute = ["block0.end", "block1.end"];
    const sums = { ...feeds, ...before };
    expect(await gradients({ ...accumulate, recompute }, sums, "basic")).toEqual(
      await gradients(accumulate, sums, "basic"),
    );
  });

  it("where the numbers are none", async () => {
    const [name = ""] = parameters;
    const broken = {
      ...feeds,
      [name]: createOnnxTensor("float64", new Float64Array(88).fill(NaN), [11, 8]),
    };
    const infinite = {
      ...feeds,
      targets: createOnnxTensor("float64", new Float64Array(24).fill(Infinity), [3, 8]),
    };
    for (const data of [broken, infinite]) {
      const expected = await gradients(settings, data, "basic");
      expect(numbersOf(expected["block0.up.w.gradient"]!).some(Number.isNaN)).toBe(true);
      const recompute = ["block0.end"];
      expect(await gradients({ ...settings, recompute }, data, "basic")).toEqual(expected);
    }
  });

  it.each(LEVELS)("of CLIP's vision tower as exported, optimisation %s", async (level) => {
    const clip = visionModel();
    const weights = clip.initializers
      .filter(({ dims, dataType }) => dims.length > 0 && dataType === "float32")
      .map(({ name }) => name);
    const base = { model: clip, loss: "loss", parameters: weights, dimensions: { batch_size: 2 } };
    const [input] = differentiate(base).inputs;
    const dims = input!.shape!.map(Number);
    const pixels = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) =>
      Math.sin(i),
    );
    const data = {
      ...readParameters(clip, weights),
      [input!.name]: createOnnxTensor("float32", pixels, dims),
    };
    const expected = await gradients(base, data, level);
    const found = await gradients({ ...base, recompute: ["add_2", "add_4"] }, data, level);
    expect(found).toEqual(expected);
  });
});

describe("the graph that recomputes", () => {
  const model = contrastiveModel(8);
  const parameters = contrastiveParameters(model);
  const settings = { model, loss: "loss", parameters };
  const ends = Array.from({ length: 7 }, (_, index) => `block${index}.end`);

  it("keeps one value of a block, and the inside of one block at a time", () => {
    const plain = differentiate(settings);
    const frugal = differentiate({ ...settings, recompute: ends });
    const outputs = plain.outputs.reduce(
      (sum, { shape = [] }) => sum + 8 * shape.reduce<number>((a, b) => a * Number(b), 1),
      0,
    );
    expect(peakMemory(frugal) - outputs).toBeLessThan(0.4 * (peakMemory(plain) - outputs));
  });

  it("does again no more than the inside of its blocks", () => {
    const products = (recompute: string[]): number =>
      differentiate({ ...settings, recompute }).nodes.filter(({ op }) => op === "MatMul").length;
    // Of eight products in a block, the last, which makes its end, is not needed again.
    expect(products(["block0.end"]) - products([])).toBe(7);
    expect(products(ends) - products([])).toBe(7 * 7);
  });

  it("leaves alone what has no gradient", () => {
    const frozen = { ...settings, parameters: ["block7.up.w"] };
    expect(differentiate({ ...frozen, recompute: ends })).toEqual(differentiate(frozen));
  });

  it.each([["q"], ["ids"], ["words"]])("refuses an end that no node makes: %s", (end) => {
    const attempt = (): unknown => differentiate({ ...settings, recompute: [end] });
    expect(attempt).toThrowError(`recompute names "${end}"`);
    expect(attempt).toThrowError(expect.objectContaining({ code: "invalid-argument" }));
  });
});
