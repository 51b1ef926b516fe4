import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { differentiate } from "@megapairs/autograd";
import { int } from "@megapairs/onnx";
import {
  addLora,
  createClipModel,
  loadLlavaModel,
  loadLora,
  mergeLora,
  saveLora,
} from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import { featuresOf, here, inputsByTower, loadClip, models, stir } from "./lora-models.ts";
import { float32Of, relativeError, runModel, weightTensor } from "./run-tower.ts";
import { scratchFolder } from "./scratch-folder.ts";

const scratch = scratchFolder();

describe("addLora", () => {
  it.each(models)("changes nothing of %s at first, not a bit", async (_name, load) => {
    const model = await load();
    const adapted = addLora(model, { rank: 3, alpha: 6, match: "all-linear" });
    expect(adapted.adapters.length).toBeGreaterThan(10);
    const [before, after] = [await featuresOf(model), await featuresOf(adapted)];
    expect(after.map((each) => [...each])).toEqual(before.map((each) => [...each]));
    for (const { towers, base } of [adapted]) {
      expect(towers.map(({ blocks, output }) => [blocks, output])).toEqual(
        base.towers.map(({ blocks, output }) => [blocks, output]),
      );
    }
  });

  it.each(models)("computes of %s what the merged model does", async (_name, load) => {
    const adapted = addLora(await load(), { rank: 3, alpha: 6, match: "all-linear", seed: 4 });
    const before = await featuresOf(adapted);
    stir(adapted);
    const after = await featuresOf(adapted);
    const merged = await featuresOf(mergeLora(adapted));
    for (const [index, features] of after.entries()) {
      expect(relativeError(features, before[index]!)).toBeGreaterThan(1e-3);
      expect(relativeError(merged[index]!, features)).toBeLessThan(1e-6);
    }
  });

  it.each(models)("is trained alone in %s", async (_name, load) => {
    const adapted = addLora(await load(), { rank: 2, match: "all-linear" });
    stir(adapted);
    for (const tower of adapted.towers) {
      const parameters = tower.weightNames.filter((name) => adapted.trainable.includes(name));
      const summed = {
        ...tower.model,
        outputs: [{ name: "loss", dataType: "float32" as const, shape: [] }],
        nodes: [
          ...tower.model.nodes,
          { op: "Tanh", inputs: [tower.output], outputs: ["bent"] },
          {
            op: "ReduceSum",
            inputs: ["bent"],
            outputs: ["loss"],
            attributes: { keepdims: int(0) },
          },
        ],
      };
      const inputs = inputsByTower[tower.name] ?? {};
      const [batch = 0, sequence = 0] = Object.values(inputs)[0]?.dims ?? [];
      const dimensions = { batch, sequence };
      const training = differentiate({ model: summed, loss: "loss", parameters, dimensions });
      const weights = tower.weightNames.map(
        (name) => [name, weightTensor(adapted.weights, name)] as const,
      );
      const outputs = await runModel(training, { ...inputs, ...Object.fromEntries(weights) });
      const norms = parameters.map((name) => Math.hypot(...float32Of(outputs[`${name}.gradient`])));
      expect(norms.filter((norm) => !(norm > 0))).toEqual([]);
    }
  });

  it("names weights as peft does, and shares the others", async () => {
    const model = await loadClip();
    const adapted = addLora(model, { rank: 4, match: ["q_proj", /vision.*v_proj$/] });
    const query = "text_model.encoder.layers.0.self_attn.q_proj";
    expect(adapted.adapters.map(({ module }) => module)).toHaveLength(4 + 2);
    expect(adapted.trainable).toContain(`${query}.lora_A.weight`);
    expect(adapted.weights.get(`${query}.lora_A.weight`)?.dims).toEqual([4, 16]);
    expect(adapted.weights.get(`${query}.lora_B.weight`)?.data.every((value) => value === 0)).toBe(
      true,
    );
    for (const [name, weight] of model.weights) expect(adapted.weights.get(name)).toBe(weight);
    const merged = mergeLora(adapted);
    const [changed, kept] = [`${query}.weight`, "logit_scale"];
    expect(merged.weights.get(changed)).not.toBe(model.weights.get(changed));
    expect(merged.weights.get(kept)).toBe(model.weights.get(kept));
  });

  it("begins A evenly between the bounds of peft, by seed and name", () => {
    const config = {
      model_type: "clip",
      projection_dim: 64,
      logit_scale_init_value: 2.6592,
      initializer_factor: 1,
    } as const;
    const part = {
      hidden_size: 64,
      intermediate_size: 64,
      num_hidden_layers: 1,
      num_attention_heads: 2,
    };
    const rest = { hidden_act: "gelu", layer_norm_eps: 1e-5, initializer_factor: 1 };
    const model = createClipModel({
      ...config,
      text_config: { ...part, ...rest, vocab_size: 9, max_position_embeddings: 4, eos_token_id: 8 },
      vision_config: {
        ...part,
        ...rest,
        image_size: 8,
        patch_size: 8,
        num_channels: 3,
        initializer_range: 0.02,
      },
    });
    const name = "text_projection.lora_A.weight";
    const dataOf = (seed: number, match: string): Float32Array =>
      addLora(model, { rank: 60, match: [match], seed }).weights.get(name)!.data;
    const data = dataOf(1, "text_projection");
    const bound = 1 / Math.sqrt(64);
    expect(data.every((value) => Math.abs(value) <= bound)).toBe(true);
    const variance = data.reduce((sum, value) => sum + value ** 2, 0) / data.length;
    expect(Math.sqrt(variance) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
    expect(dataOf(1, "text_projection")).toEqual(data);
    expect(dataOf(2, "text_projection")).not.toEqual(data);
  });

  it.each([
    [
      { rank: 2, match: ["q_proj", "w_proj"] },
      '"w_proj" fits no linear module, expected some of vision_model',
    ],
    [{ rank: 2, match: [/embedding/] }, '"/embedding/" fits no linear module'],
    [{ rank: 2, match: ["layer_norm1"] }, '"layer_norm1" fits no linear module'],
    [{ rank: 2, match: [] }, "no pattern is given"],
    [{ rank: 0, match: "all-linear" as const }, "rank must be a whole number of at least 1"],
    [{ rank: 2, alpha: -1, match: "all-linear" as const }, "alpha above 0, found 2 and -1"],
  ])("refuses %j", async (settings, message) => {
    const model = await loadClip();
    expect(() => addLora(model, settings)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});

describe("saveLora and loadLora", () => {
  it("give the same model again", async () => {
    const model = await loadClip();
    const adapted = addLora(model, { rank: 3, alpha: 7, match: ["fc1", "out_proj"] });
    stir(adapted);
    const folder = join(scratch, "clip");
    await saveLora(folder, adapted, { baseModel: "some/model" });
    const loaded = await loadLora(model, folder);
    expect(loaded).toMatchObject({ rank: 3, alpha: 7, trainable: adapted.trainable });
    expect(loaded.weights).toEqual(adapted.weights);
    expect(loaded.towers).toEqual(adapted.towers);
    expect(JSON.parse(readFileSync(join(folder, "adapter_config.json"), "utf8"))).toMatchObject({
      base_model_name_or_path: "some/model",
      r: 3,
      lora_alpha: 7,
    });
  });

  it("refuse adapters of another model, and other kinds", async () => {
    const folder = join(scratch, "other");
    await saveLora(folder, addLora(await loadClip(), { rank: 3, match: ["fc1"] }));
    const other = await loadLlavaModel(join(here, "reference/llava"));
    await expect(loadLora(other, folder)).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining("unexpected: base_model.model.text_model") as string,
    });
    const file = join(folder, "adapter_config.json");
    const config = JSON.parse(readFileSync(file, "utf8")) as object;
    const text = await loadClip();
    writeFileSync(file, JSON.stringify({ ...config, r: 4 }));
    await expect(loadLora(text, folder)).rejects.toThrow("is [3, 16], expected [4, 16]");
    for (const change of [
      { peft_type: "LOHA" },
      { use_dora: true },
      { use_rslora: true },
      { bias: "all" },
      { rank_pattern: { fc1: 2 } },
      { modules_to_save: ["head"] },
    ]) {
      writeFileSync(file, JSON.stringify({ ...config, ...change }));
      await expect(loadLora(text, folder)).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining(Object.keys(change)[0]!) as string,
      });
    }
    mkdirSync(join(scratch, "nothing"));
    await expect(loadLora(text, join(scratch, "nothing"))).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
