import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeOnnxModel } from "@megapairs/onnx";
import { exportTower, mergeLora, saveClipModel } from "@megapairs/towers";
import type { ClipModel, LoraModel, Weight, Weights } from "@megapairs/towers";
import { writeModelFiles } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";

/** What to export, and where. */
export interface WriteModelFolderOptions {
  /** The model that training began with. */
  readonly model: ClipModel | LoraModel<ClipModel>;
  /** The weights that were trained, in place of the model's. */
  readonly trained: Weights;
  /** What cosines are divided by; `learned`: it is among the weights. */
  readonly temperature: number | "learned";
  readonly files: ModelFiles;
  /** How weights are kept, in every file. Default F32. */
  readonly dataType?: "F32" | "F16" | undefined;
  /** Replaced whole. */
  readonly folder: string;
}

/** File names of towers, as transformers.js repositories have them. */
const GRAPHS: Readonly<Record<string, string>> = {
  image: "vision_model.onnx",
  text: "text_model.onnx",
};

/**
 * Writes a trained model in the Hugging Face layout, LoRA merged: `CLIPModel.from_pretrained` reads
 * the folder, and so does `loadOnnxEncoder`. A fixed temperature becomes the model's `logit_scale`.
 */
export async function writeModelFolder(options: WriteModelFolderOptions): Promise<void> {
  const { trained, temperature, files, folder, dataType } = options;
  const { config, towers, weights } = overlaid(options.model, trained);
  const all = new Map(weights);
  if (temperature !== "learned") all.set("logit_scale", scalar(-Math.log(temperature)));
  const partial = `${folder}.${process.pid}.partial`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    await saveClipModel(partial, { config, weights: all }, { dataType });
    await writeModelFiles(partial, files);
    await mkdir(join(partial, "onnx"));
    for (const tower of towers) {
      const file = join(partial, "onnx", GRAPHS[tower.name] ?? `${tower.name}_model.onnx`);
      await writeOnnxModel(file, exportTower(tower, all, { dataType }));
    }
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** The base model with trained weights in place of its own, additions merged into it. */
function overlaid(model: ClipModel | LoraModel<ClipModel>, trained: Weights): ClipModel {
  const weights = new Map([...model.weights, ...trained]);
  return "adapters" in model ? mergeLora({ ...model, weights }) : { ...model, weights };
}

function scalar(value: number): Weight {
  return { dims: [], data: Float32Array.of(value) };
}
