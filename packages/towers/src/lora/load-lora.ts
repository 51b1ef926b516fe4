import { join } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { faultOfWeights } from "../checkpoint/check-weights.ts";
import type { LoadOptions } from "../checkpoint/read-checkpoint.ts";
import { readJsonFile } from "../files/read-json-file.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";
import type { TowerModel, Weight } from "../tower-model.ts";
import { parseAdapterConfig } from "./adapter-config.ts";
import { loraModelOf, loraShapes } from "./add-lora.ts";
import { linearModules } from "./linear-modules.ts";
import type { LoraModel } from "./lora-model.ts";
import { adapterWeightName } from "./save-lora.ts";
import type { SaveLoraOptions } from "./save-lora.ts";

/** Options of {@link loadLora}. */
export interface LoadLoraOptions extends LoadOptions, Pick<SaveLoraOptions, "moduleName"> {}

/**
 * A model with the adapters in a folder of peft's layout, `adapter_config.json` and
 * `adapter_model.safetensors`.
 *
 * Rejects with `invalid-argument` where a file cannot be read, `unsupported` where it is no plain
 * LoRA, `corrupt-data` where its weights are not those of linear modules of the model, naming them.
 */
export async function loadLora<Base extends TowerModel>(
  model: Base,
  folder: string,
  options: LoadLoraOptions = {},
): Promise<LoraModel<Base>> {
  const { moduleName = (module) => module } = options;
  const configFile = join(folder, "adapter_config.json");
  const config = parseAdapterConfig(await readJsonFile(configFile), configFile);
  const { r: rank, lora_alpha: alpha } = config;
  const file = join(folder, "adapter_model.safetensors");
  const { weights: found } = await readSafetensors(file, options);
  const adapters = linearModules(model).filter(({ module }) =>
    found.has(adapterWeightName(moduleName(module), "lora_A")),
  );
  const own = new Map(found);
  for (const { module, a, b } of adapters) {
    for (const [name, part] of [
      [a, "lora_A"],
      [b, "lora_B"],
    ] as const) {
      const theirs = adapterWeightName(moduleName(module), part);
      const weight = found.get(theirs);
      own.delete(theirs);
      if (weight !== undefined) own.set(name, weight);
    }
  }
  const shapes = loraShapes(model.weights, adapters, rank);
  const fault = faultOfWeights(own, shapes);
  if (fault !== undefined || adapters.length === 0) {
    throw new MegaPairsError(
      "corrupt-data",
      `${file} holds no adapters of this model: ${fault ?? "it is empty"}`,
    );
  }
  const inOrder = [...shapes.keys()].map((name): [string, Weight] => {
    return [name, own.get(name) ?? { dims: [], data: new Float32Array() }];
  });
  return loraModelOf(model, { rank, alpha, adapters }, new Map(inOrder));
}
