import type { InitialisationOptions } from "../random/initial-weights.ts";
import { initialWeights } from "../random/initial-weights.ts";
import type { TowerModel, Weights } from "../tower-model.ts";
import type { ClipConfig } from "./clip-config.ts";
import { clipImageTower } from "./clip-image-tower.ts";
import { clipInitialValue } from "./clip-initial-value.ts";
import { clipTextTower } from "./clip-text-tower.ts";
import { clipWeightShapes } from "./clip-weight-shapes.ts";

/** A CLIP model: its towers `image` and `text`, and its weights, `logit_scale` among them. */
export interface ClipModel extends TowerModel {
  readonly config: ClipConfig;
}

/**
 * A CLIP model with random weights, distributed as transformers begins them. A weight's numbers
 * depend on the seed and its name alone.
 */
export function createClipModel(
  config: ClipConfig,
  options: InitialisationOptions = {},
): ClipModel {
  const rule = clipInitialValue.bind(undefined, config);
  return clipModelOf(config, initialWeights(clipWeightShapes(config), rule, options));
}

/** A CLIP model of given weights. */
export function clipModelOf(config: ClipConfig, weights: Weights): ClipModel {
  return { config, towers: [clipImageTower(config), clipTextTower(config)], weights };
}
