export { parseClipConfig } from "./clip/clip-config.ts";
export type {
  ClipConfig,
  ClipTextConfig,
  ClipVisionConfig,
  TransformerConfig,
} from "./clip/clip-config.ts";
export { clipImageTower } from "./clip/clip-image-tower.ts";
export { clipTextTower } from "./clip/clip-text-tower.ts";
export type { Tower, TowerModel, Weight, Weights } from "./tower-model.ts";
