import { join } from "node:path";
import { differentiate } from "@megapairs/autograd";
import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { loadClipModel, loadLlavaModel, readSafetensors } from "@megapairs/towers";
import type { TowerModel } from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import { contrastiveLoss } from "./contrastive-loss.ts";
import clip from "./reference/clip-training.json" with { type: "json" };
import llava from "./reference/llava-training.json" with { type: "json" };
import { float32Of, idsTensor, relativeError, runModel, weightTensor } from "./run-tower.ts";

const folder = join(import.meta.dirname, "reference");

async function picturesOf(name: string): Promise<OnnxTensor> {
  const { weights } = await readSafetensors(join(folder, name, "batch.safetensors"));
  const { data, dims } = weights.get("pixel_values")!;
  return createOnnxTensor("float32", data, dims);
}

interface Errors {
  /** Of the loss, relative. */
  readonly loss: number;
  /** Of the gradients by each weight, relative to the norm of that gradient. */
  readonly gradients: ReadonlyMap<string, number>;
}

/** How far loss and gradients before the first step are from torch's. */
async function errorsOf(
  model: TowerModel,
  name: "clip-training" | "llava-training",
  inputs: Readonly<Record<string, OnnxTensor>>,
  dimensions: Readonly<Record<string, number>>,
): Promise<Errors> {
  const batch = name === "clip-training" ? clip : llava;
  const parameters = model.towers.flatMap(({ weightNames }) => weightNames);
  const training = differentiate({
    model: contrastiveLoss(model.towers, batch),
    loss: "loss",
    parameters,
    dimensions,
  });
  const feeds = parameters.map((each) => [each, weightTensor(model.weights, each)] as const);
  const outputs = await runModel(training, { ...inputs, ...Object.fromEntries(feeds) });
  const { weights: expected } = await readSafetensors(join(folder, name, "gradients.safetensors"));
  const all = [...expected.keys()].filter((each) => each !== "logit_scale");
  const gradients = all.map((each): [string, number] => {
    const found = float32Of(outputs[`${each}.gradient`]);
    // Gradients by the biases of keys are 0 but for rounding: nothing to divide by.
    const isZero = each.endsWith("k_proj.bias");
    const norm = batch.gradientNorms[0]!;
    const error = isZero
      ? Math.hypot(...found) / norm
      : relativeError(found, expected.get(each)!.data);
    return [each, error];
  });
  const loss = relativeError(float32Of(outputs["loss"]), batch.losses.slice(0, 1));
  return { loss, gradients: new Map(gradients) };
}

describe("towers differentiated by autograd give torch's gradients", () => {
  it("of CLIP, composed queries", async () => {
    const model = await loadClipModel(join(folder, "clip"));
    const inputs = {
      pixel_values: await picturesOf("clip-training"),
      input_ids: idsTensor(clip.input_ids),
    };
    const errors = await errorsOf(model, "clip-training", inputs, {
      "batch of image": 12,
      "batch of text": 4,
      "sequence of text": 9,
    });
    expect(errors.loss).toBeLessThan(1e-5);
    expect([...errors.gradients].filter(([, error]) => !(error < 1e-4))).toEqual([]);
  });

  it("of the MLLM form", async () => {
    const model = await loadLlavaModel(join(folder, "llava"));
    const inputs = {
      pixel_values: await picturesOf("llava-training"),
      input_ids: idsTensor(llava.input_ids),
      attention_mask: idsTensor(llava.attention_mask),
    };
    const errors = await errorsOf(model, "llava-training", inputs, {
      "batch of multimodal": 16,
      "sequence of multimodal": 14,
    });
    expect(errors.loss).toBeLessThan(1e-5);
    expect([...errors.gradients].filter(([, error]) => !(error < 1e-4))).toEqual([]);
  });
});
