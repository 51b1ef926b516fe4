import { join } from "node:path";
import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { importTower, loadClipModel, loadLlavaModel } from "@megapairs/towers";
import type { LoraModel, TowerModel } from "@megapairs/towers";
import clip from "./reference/clip-features.json" with { type: "json" };
import llava from "./reference/llava-features.json" with { type: "json" };
import { idsTensor, runTower } from "./run-tower.ts";

/** The folder of the tests. */
export const here: string = import.meta.dirname;
const pixelsOf = (numbers: readonly number[]): OnnxTensor =>
  createOnnxTensor("float32", Float32Array.from(numbers), [3, 3, 16, 16]);
const firstCase = llava.cases[0]!;
/** Inputs of each tower by its name. */
export const inputsByTower: Readonly<Record<string, Readonly<Record<string, OnnxTensor>>>> = {
  image: { pixel_values: pixelsOf(clip.pixels) },
  text: { input_ids: idsTensor(clip.ids) },
  multimodal: {
    input_ids: idsTensor(firstCase.input_ids),
    attention_mask: idsTensor(firstCase.attention_mask),
    pixel_values: pixelsOf(llava.pixels),
  },
};

/** The reference CLIP. */
export const loadClip = (): Promise<TowerModel> => loadClipModel(join(here, "reference/clip"));
/** Models to adapt: own and imported. */
export const models: readonly (readonly [string, () => Promise<TowerModel>])[] = [
  ["CLIP", loadClip],
  ["LLaVA", () => loadLlavaModel(join(here, "reference/llava"))],
  [
    "an export by torch",
    () => importTower({ model: join(here, "fixtures/clip-dynamo/text_model.onnx") }),
  ],
  [
    "an export by optimum's exporter",
    () => importTower({ model: join(here, "fixtures/clip-torchscript/vision_model.onnx") }),
  ],
];

/** What the towers of a model make of their inputs. */
export async function featuresOf(model: TowerModel): Promise<readonly Float32Array[]> {
  return Promise.all(
    model.towers.map((tower) => runTower(tower, model.weights, inputsByTower[tower.name] ?? {})),
  );
}

/** Puts numbers in place of the zeros of B. */
export function stir(model: LoraModel): void {
  for (const { b } of model.adapters) {
    const { data } = model.weights.get(b)!;
    data.forEach((_, index) => (data[index] = 0.05 * Math.sin(index * 12.9898 + b.length)));
  }
}
