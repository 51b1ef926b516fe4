import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { configJson } from "../checkpoint/config-json.ts";
import { replaceFile } from "../files/replace-file.ts";
import { writeSafetensors } from "../safetensors/write-safetensors.ts";
import type { Weight } from "../tower-model.ts";
import { adapterConfig } from "./adapter-config.ts";
import type { LoraModel } from "./lora-model.ts";

/** Options of {@link saveLora}. */
export interface SaveLoraOptions {
  /** Name or path of the model that is adapted, which peft loads first. Default: not said. */
  readonly baseModel?: string | undefined;
  /**
   * What torch calls a module, where that is not what checkpoints call it: `llavaModuleName` for
   * LLaVA. Default: the same.
   */
  readonly moduleName?: ((module: string) => string) | undefined;
}

/**
 * Writes the adapters of a model in peft's layout, `adapter_model.safetensors`, then
 * `adapter_config.json`, so that `PeftModel.from_pretrained` loads them onto the model.
 */
export async function saveLora(
  folder: string,
  model: LoraModel,
  { baseModel, moduleName = (module) => module }: SaveLoraOptions = {},
): Promise<void> {
  const weights = new Map<string, Weight>();
  for (const { module, a, b } of model.adapters) {
    for (const [name, part] of [
      [a, "lora_A"],
      [b, "lora_B"],
    ] as const) {
      const weight = model.weights.get(name);
      if (weight !== undefined) weights.set(adapterWeightName(moduleName(module), part), weight);
    }
  }
  const modules = model.adapters.map(({ module }) => moduleName(module));
  const config = adapterConfig(model.rank, model.alpha, modules, baseModel);
  await mkdir(folder, { recursive: true });
  const metadata = { format: "pt" };
  await writeSafetensors(join(folder, "adapter_model.safetensors"), weights, { metadata });
  await replaceFile(join(folder, "adapter_config.json"), (handle) =>
    handle.writeFile(configJson(config)),
  );
}

/** Name of a weight in peft's `adapter_model.safetensors`. */
export function adapterWeightName(module: string, part: "lora_A" | "lora_B"): string {
  return `base_model.model.${module}.${part}.weight`;
}
