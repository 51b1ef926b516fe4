import type { SaveOptions } from "../checkpoint/write-checkpoint.ts";
import { writeCheckpoint } from "../checkpoint/write-checkpoint.ts";
import type { LlavaModel } from "./create-llava-model.ts";
import { llavaWeightShapes } from "./llava-weight-shapes.ts";

/**
 * Writes a LLaVA model into a folder, `config.json` and `model.safetensors`, so that
 * `LlavaForConditionalGeneration.from_pretrained` of transformers 4 and 5 loads it. Each file is
 * replaced in one move, the config last.
 *
 * Rejects with `invalid-argument` where the weights are not those of the config.
 */
export async function saveLlavaModel(
  folder: string,
  { config, weights }: Pick<LlavaModel, "config" | "weights">,
  options: SaveOptions = {},
): Promise<void> {
  const className = "LlavaForConditionalGeneration";
  await writeCheckpoint(folder, className, config, weights, llavaWeightShapes(config), options);
}
