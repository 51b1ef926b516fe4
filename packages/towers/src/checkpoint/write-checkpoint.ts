import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { replaceFile } from "../files/replace-file.ts";
import type { WriteSafetensorsOptions } from "../safetensors/write-safetensors.ts";
import { writeSafetensors } from "../safetensors/write-safetensors.ts";
import type { Weights } from "../tower-model.ts";
import type { WeightShapes } from "../weight-shapes.ts";
import { configJson } from "./config-json.ts";
import { faultOfWeights } from "./check-weights.ts";

/** Options of writing a model's folder. */
export interface SaveOptions {
  /** How to keep the numbers. Default F32. */
  readonly dataType?: WriteSafetensorsOptions["dataType"];
}

const TORCH_TYPES = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;

/**
 * Writes `model.safetensors`, then `config.json`, into a folder, which is made where there is none.
 * `invalid-argument` where the weights are not those expected.
 */
export async function writeCheckpoint(
  folder: string,
  className: string,
  config: object,
  weights: Weights,
  expected: WeightShapes,
  { dataType = "F32" }: SaveOptions,
): Promise<void> {
  const fault = faultOfWeights(weights, expected);
  if (fault !== undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `these are not the weights of a ${className} of this config: ${fault}`,
    );
  }
  await mkdir(folder, { recursive: true });
  const metadata = { format: "pt" };
  await writeSafetensors(join(folder, "model.safetensors"), weights, { dataType, metadata });
  const { dtype: _, ...facts } = { dtype: undefined, ...config };
  const json = { ...facts, architectures: [className], torch_dtype: TORCH_TYPES[dataType] };
  await replaceFile(join(folder, "config.json"), (handle) => handle.writeFile(configJson(json)));
}
