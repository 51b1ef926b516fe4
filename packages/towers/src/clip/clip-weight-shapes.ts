import { sortedByName } from "../sorted-by-name.ts";
import type { WeightShapes } from "../weight-shapes.ts";
import { towerWeightShapes } from "../weight-shapes.ts";
import type { ClipConfig } from "./clip-config.ts";
import { clipImageTower } from "./clip-image-tower.ts";
import { clipTextTower } from "./clip-text-tower.ts";

/**
 * Shapes of all weights of a CLIP model under their names in `CLIPModel` checkpoints, sorted:
 * `logit_scale` too, which no tower reads.
 */
export function clipWeightShapes(config: ClipConfig): WeightShapes {
  const read = towerWeightShapes([clipImageTower(config), clipTextTower(config)]);
  return sortedByName(read.set("logit_scale", { dims: [] }));
}
