import { clipVisionInitialValue } from "../clip/clip-initial-value.ts";
import type { InitialisationOptions, InitialValue } from "../random/initial-weights.ts";
import { initialWeights } from "../random/initial-weights.ts";
import type { TowerModel, Weights } from "../tower-model.ts";
import type { LlavaConfig } from "./llava-config.ts";
import { llavaTower } from "./llava-tower.ts";
import { llavaWeightShapes } from "./llava-weight-shapes.ts";

/** A LLaVA model: its tower `multimodal`, and all its weights, those too that the tower does not read. */
export interface LlavaModel extends TowerModel {
  readonly config: LlavaConfig;
}

/**
 * A LLaVA model with random weights, distributed as transformers begins them. A weight's numbers
 * depend on the seed and its name alone.
 */
export function createLlavaModel(
  config: LlavaConfig,
  options: InitialisationOptions = {},
): LlavaModel {
  const rule = initialValue.bind(undefined, config);
  return llavaModelOf(config, initialWeights(llavaWeightShapes(config), rule, options));
}

/** A LLaVA model of given weights. */
export function llavaModelOf(config: LlavaConfig, weights: Weights): LlavaModel {
  return { config, towers: [llavaTower(config)], weights };
}

function initialValue(config: LlavaConfig, name: string): InitialValue {
  if (name.startsWith("vision_tower.")) return clipVisionInitialValue(config.vision_config, name);
  if (name.endsWith(".bias")) return { value: 0 };
  if (name.includes("norm.weight")) return { value: 1 };
  return { deviation: config.text_config.initializer_range };
}
