import { join } from "node:path";
import { createOnnxTensor } from "@megapairs/onnx";
import { llavaTower, loadLlavaModel, parseLlavaConfig } from "@megapairs/towers";
import type { LlavaModel } from "@megapairs/towers";
import { beforeAll, describe, expect, it } from "vitest";
import reference from "./reference/llava-features.json" with { type: "json" };
import { idsTensor, relativeError, runTower } from "./run-tower.ts";

let model: LlavaModel;
beforeAll(async () => {
  model = await loadLlavaModel(join(import.meta.dirname, "reference/llava"));
});

const pictures = Float32Array.from(reference.pixels);
const pixels = createOnnxTensor("float32", pictures, [3, 3, 16, 16]);
const one = createOnnxTensor("float32", pictures.slice(0, 768), [1, 3, 16, 16]);
const cases = reference.cases.map((each) => [JSON.stringify(each.changes), each] as const);

function changed(changes: (typeof reference.cases)[number]["changes"]): LlavaModel["config"] {
  const { text_config: text, vision_config: vision, ...top } = changes;
  return parseLlavaConfig({
    ...model.config,
    ...top,
    text_config: { ...model.config.text_config, ...text },
    vision_config: { ...model.config.vision_config, ...vision },
  });
}

describe("LLaVA's tower gives what transformers gives", () => {
  it.each(cases)("with %s", async (_name, example) => {
    const tower = llavaTower(changed(example.changes));
    const found = await runTower(tower, model.weights, {
      input_ids: idsTensor(example.input_ids),
      attention_mask: idsTensor(example.attention_mask),
      pixel_values: pixels,
    });
    expect(relativeError(found, example.features.flat())).toBeLessThan(1e-5);
  });

  it("for a prompt without an image, whatever stands in its place", async () => {
    const { words, alone, attention_mask: mask } = reference.cases[0]!;
    const found = await runTower(llavaTower(model.config), model.weights, {
      input_ids: idsTensor(words),
      attention_mask: idsTensor(mask.slice(0, 1)),
      pixel_values: one,
    });
    expect(relativeError(found, alone.flat())).toBeLessThan(1e-5);
  });

  it("does not depend on how much padding stands before a prompt", async () => {
    const { input_ids: ids, attention_mask: mask, features } = reference.cases[0]!;
    const pad = (rows: number[][], value: number): number[][] =>
      rows.map((row) => [...Array.from({ length: 7 }, () => value), ...row]);
    const found = await runTower(llavaTower(model.config), model.weights, {
      input_ids: idsTensor(pad(ids, 33)),
      attention_mask: idsTensor(pad(mask, 0)),
      pixel_values: pixels,
    });
    expect(relativeError(found, features.flat())).toBeLessThan(1e-5);
  });

  it("fails on more image tokens than an image has patches", async () => {
    const tower = llavaTower(model.config);
    const run = runTower(tower, model.weights, {
      input_ids: idsTensor([[1, 60, 60, 60, 60, 60, 9]]),
      attention_mask: idsTensor([[1, 1, 1, 1, 1, 1, 1]]),
      pixel_values: one,
    });
    await expect(run).rejects.toMatchObject({ code: "rejected" });
  });
});
