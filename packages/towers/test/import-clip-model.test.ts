import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createOnnxTensor, decodeOnnxModel } from "@megapairs/onnx";
import { importClipModel, loadClipModel, parseClipConfig } from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import { float32Of, idsTensor, relativeError, runModel, runTower } from "./run-tower.ts";

const original = join(import.meta.dirname, "reference/clip");
const fixtures = join(import.meta.dirname, "fixtures");
const others = join(import.meta.dirname, "../../encoder-onnx/test/fixtures");

describe("importClipModel", () => {
  it.each(["clip-torchscript", "clip-dynamo"])(
    "finds all weights in %s, bit for bit",
    async (name) => {
      const { config, weights } = await loadClipModel(original);
      const [vision, text] = ["vision", "text"].map((each) =>
        join(fixtures, name, `${each}_model.onnx`),
      );
      const imported = await importClipModel({ config, vision: vision!, text: text! });
      expect([...imported.weights.keys()]).toEqual([...weights.keys()]);
      expect(imported.weights).toEqual(weights);
      const scaled = await importClipModel({
        config,
        vision: vision!,
        text: text!,
        logitScale: 4.6,
      });
      expect(scaled.weights.get("logit_scale")?.data[0]).toBeCloseTo(4.6, 6);
    },
  );

  it("reads both towers from one file, equal weights shared", async () => {
    const config = parseClipConfig(
      JSON.parse(readFileSync(join(others, "clip-joint/config.json"), "utf8")),
    );
    const file = join(others, "clip-joint/onnx/model.onnx");
    const model = await importClipModel({ config, vision: file, text: file });
    const [image, text] = model.towers;
    const data = Float32Array.from({ length: 3 * 32 * 32 }, (_, index) => Math.sin(index));
    const pixels = createOnnxTensor("float32", data, [1, 3, 32, 32]);
    const ids = idsTensor([[572, 5, 9, 573]]);
    const mask = idsTensor([[1, 1, 1, 1]]);
    const whole = decodeOnnxModel(readFileSync(file));
    const expected = await runModel(whole, {
      pixel_values: pixels,
      input_ids: ids,
      attention_mask: mask,
    });
    const unit = (values: Float32Array): number[] => {
      const length = Math.hypot(...values);
      return Array.from(values, (value) => value / length);
    };
    const images = await runTower(image!, model.weights, { pixel_values: pixels });
    const texts = await runTower(text!, model.weights, { input_ids: ids });
    expect(relativeError(unit(images), unit(float32Of(expected["image_embeds"])))).toBeLessThan(
      1e-5,
    );
    expect(relativeError(unit(texts), unit(float32Of(expected["text_embeds"])))).toBeLessThan(1e-5);
  });

  it("names what it cannot find", async () => {
    const { config } = await loadClipModel(original);
    const vision = join(fixtures, "clip-dynamo/vision_model.onnx");
    await expect(importClipModel({ config, vision, text: vision })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(
        "missing: text_model.embeddings.position_embedding",
      ) as string,
    });
    const other = { ...config, projection_dim: 13 };
    const text = join(fixtures, "clip-dynamo/text_model.onnx");
    await expect(importClipModel({ config: other, vision, text })).rejects.toThrow(
      "visual_projection.weight is [12, 32], expected [13, 32]",
    );
  });
});
