import { join } from "node:path";
import { createOnnxTensor } from "@megapairs/onnx";
import { clipImageTower, clipTextTower, loadClipModel, parseClipConfig } from "@megapairs/towers";
import { beforeAll, describe, expect, it } from "vitest";
import type { ClipModel } from "@megapairs/towers";
import reference from "./reference/clip-features.json" with { type: "json" };
import { idsTensor, relativeError, runTower } from "./run-tower.ts";

let model: ClipModel;
beforeAll(async () => {
  model = await loadClipModel(join(import.meta.dirname, "reference/clip"));
});

const pixels = createOnnxTensor("float32", Float32Array.from(reference.pixels), [3, 3, 16, 16]);
const cases = reference.cases.map((each) => [JSON.stringify(each.changes), each] as const);

describe("CLIP's towers give what transformers gives", () => {
  it.each(cases)("with %s", async (_name, { changes, image, text, short }) => {
    const { text_config: textConfig, vision_config: visionConfig } = model.config;
    const config = parseClipConfig({
      ...model.config,
      text_config: { ...textConfig, ...changes.text_config },
      vision_config: { ...visionConfig, ...changes.vision_config },
    });
    const images = await runTower(clipImageTower(config), model.weights, { pixel_values: pixels });
    expect(relativeError(images, image.flat())).toBeLessThan(1e-5);
    const tower = clipTextTower(config);
    for (const [ids, expected] of [
      [reference.ids, text],
      [reference.short, short],
    ] as const) {
      const texts = await runTower(tower, model.weights, { input_ids: idsTensor(ids) });
      expect(relativeError(texts, expected.flat())).toBeLessThan(1e-5);
    }
  });

  it("takes as many rows and tokens as there are", () => {
    const [image, text] = model.towers;
    expect(image).toMatchObject({ name: "image", output: "image_embeds", dimensions: 12 });
    expect(text).toMatchObject({ name: "text", output: "text_embeds", dimensions: 12 });
    expect(image?.model.inputs[0]?.shape).toEqual(["batch", 3, 16, 16]);
    expect(text?.model.inputs[0]?.shape).toEqual(["batch", "sequence"]);
  });
});

describe("parseClipConfig", () => {
  const parts = { text_config: {}, vision_config: {} };

  it("fills in what transformers fills in", () => {
    expect(parseClipConfig({ model_type: "clip", ...parts })).toMatchObject({
      projection_dim: 512,
      text_config: { vocab_size: 49408, hidden_size: 512, eos_token_id: 49407 },
      vision_config: { image_size: 224, patch_size: 32, hidden_act: "quick_gelu" },
    });
  });

  it("lets the dicts of old configs take the place of the parts", () => {
    const config = parseClipConfig({
      model_type: "clip",
      text_config: { hidden_size: 64, eos_token_id: 2, bos_token_id: 0 },
      text_config_dict: { hidden_size: 768, num_attention_heads: 12 },
      vision_config: { hidden_size: 96 },
      vision_config_dict: null,
    });
    expect(config.text_config).toMatchObject({
      hidden_size: 768,
      eos_token_id: 49407,
      bos_token_id: 0,
    });
    expect(config.vision_config.hidden_size).toBe(96);
    expect(config).not.toHaveProperty("text_config_dict");
  });

  it.each([
    [{ model_type: "siglip", ...parts }, "model_type"],
    [{ model_type: "clip", vision_config: {} }, "text_config"],
    [{ ...parts, model_type: "clip", projection_dim: 0 }, "projection_dim"],
    [
      { ...parts, model_type: "clip", text_config: { hidden_size: 10 } },
      "text_config.hidden_size 10",
    ],
    [
      { ...parts, model_type: "clip", vision_config: { hidden_size: 10 } },
      "vision_config.hidden_size 10",
    ],
    [
      { ...parts, model_type: "clip", vision_config: { patch_size: 30 } },
      "image_size 224 is no multiple",
    ],
  ])("refuses %j", (json, message) => {
    expect(() => parseClipConfig(json)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it("refuses an activation that no tower knows", () => {
    const text = { ...model.config.text_config, hidden_act: "relu6" };
    expect(() => clipTextTower({ ...model.config, text_config: text })).toThrow(
      'the activation "relu6" is not known',
    );
  });
});
