import { join } from "node:path";
import type { LoadOptions } from "../checkpoint/read-checkpoint.ts";
import { readCheckpoint } from "../checkpoint/read-checkpoint.ts";
import { readJsonFile } from "../files/read-json-file.ts";
import { parseLlavaConfig } from "./llava-config.ts";
import { llavaModelOf } from "./create-llava-model.ts";
import type { LlavaModel } from "./create-llava-model.ts";
import { llavaWeightShapes } from "./llava-weight-shapes.ts";

/**
 * Reads a LLaVA model from a folder in the Hugging Face layout: `config.json` and
 * `model.safetensors`, or the index of several such files. Names may be those of transformers 4
 * (`vision_tower.vision_model.…`), of 5 (`vision_tower.…`), or of the module (`model.…`, `lm_head`);
 * here they are those of 4, which both load.
 *
 * Rejects with `invalid-argument` where files are missing or the config is wrong, and `corrupt-data`
 * where the weights are not those of the config, naming those missing, unexpected and misshapen.
 */
export async function loadLlavaModel(
  folder: string,
  options: LoadOptions = {},
): Promise<LlavaModel> {
  const config = parseLlavaConfig(await readJsonFile(join(folder, "config.json")));
  const className = "LlavaForConditionalGeneration";
  const form = { className, expected: llavaWeightShapes(config), naming: () => checkpointName };
  return llavaModelOf(config, await readCheckpoint(folder, form, options));
}

function checkpointName(name: string): string | undefined {
  if (name.endsWith(".position_ids") || name.endsWith(".inv_freq")) return undefined;
  return name
    .replace(/^(?:model\.language_model\.|language_model\.model\.)/, "language_model.model.")
    .replace(/^(?:language_model\.)?lm_head\./, "language_model.lm_head.")
    .replace(/^model\.(?=vision_tower\.|multi_modal_projector\.)/, "")
    .replace(/^vision_tower\.(?!vision_model\.)/, "vision_tower.vision_model.");
}
