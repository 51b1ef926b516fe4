import {
  clipConfigs,
  clipWeightShapes,
  countParameters,
  createClipModel,
  parseClipConfig,
} from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import cases from "./reference/clip-initialisation.json" with { type: "json" };

describe("clipConfigs", () => {
  it.each([
    ["clip-vit-base-patch32", 151_277_313],
    ["clip-vit-base-patch16", 149_620_737],
    ["clip-vit-large-patch14", 427_616_513],
    ["clip-small", 8_660_737],
    ["clip-tiny", 1_595_393],
  ] as const)("%s has %i parameters", (name, count) => {
    expect(countParameters(clipWeightShapes(clipConfigs[name]))).toBe(count);
  });
});

describe("createClipModel", () => {
  it.each(cases)("begins every weight as transformers does (%#)", ({ config, weights }) => {
    const model = createClipModel(parseClipConfig(config), { seed: 3 });
    expect([...model.weights.keys()]).toEqual(Object.keys(weights).toSorted());
    for (const [name, [dims, mean, deviation]] of Object.entries(weights) as [
      string,
      [number[], number, number],
    ][]) {
      const { dims: found, data } = model.weights.get(name)!;
      expect(found, name).toEqual(dims);
      const average = data.reduce((sum, value) => sum + value, 0) / data.length;
      const spread = Math.sqrt(data.reduce((sum, x) => sum + (x - average) ** 2, 0) / data.length);
      // Both are samples: five standard errors of their difference.
      const slack = deviation * 5 * Math.sqrt(2 / data.length) + 1e-6;
      expect(Math.abs(average - mean), name).toBeLessThan(slack);
      expect(Math.abs(spread - deviation), name).toBeLessThan(slack);
    }
  });

  it("gives the same for the same seed, and other weights another beginning", () => {
    const config = clipConfigs["clip-tiny"];
    const [first, again, other] = [1, 1, 2].map((seed) => createClipModel(config, { seed }));
    expect(first?.weights).toEqual(again?.weights);
    const query = "text_model.encoder.layers.0.self_attn.q_proj.weight";
    const key = query.replace("q_proj", "k_proj");
    expect(first?.weights.get(query)).not.toEqual(other?.weights.get(query));
    expect(first?.weights.get(query)).not.toEqual(first?.weights.get(key));
  });

  it("does not change a weight because others are there", () => {
    const config = clipConfigs["clip-tiny"];
    const shallow = { ...config.vision_config, num_hidden_layers: 1, initializer_range: 0.02 };
    const model = createClipModel({ ...config, vision_config: shallow });
    const name = "text_projection.weight";
    expect(model.weights.get(name)).toEqual(createClipModel(config).weights.get(name));
  });

  it("draws normally distributed numbers", () => {
    const { data } = createClipModel(clipConfigs["clip-tiny"]).weights.get(
      "text_model.embeddings.token_embedding.weight",
    )!;
    const share = (limit: number): number =>
      data.filter((value) => Math.abs(value) < limit * 0.02).length / data.length;
    expect(share(1)).toBeCloseTo(0.6827, 2);
    expect(share(2)).toBeCloseTo(0.9545, 2);
    expect(share(3)).toBeCloseTo(0.9973, 3);
  });

  it("puts weights in shared memory where it is asked to", () => {
    const { weights } = createClipModel(clipConfigs["clip-tiny"], { shared: true });
    expect(
      [...weights.values()].every(({ data }) => data.buffer instanceof SharedArrayBuffer),
    ).toBe(true);
  });
});
