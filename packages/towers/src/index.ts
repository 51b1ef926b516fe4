export { parseClipConfig } from "./clip/clip-config.ts";
export type {
  ClipConfig,
  ClipTextConfig,
  ClipVisionConfig,
  TransformerConfig,
} from "./clip/clip-config.ts";
export { clipImageTower } from "./clip/clip-image-tower.ts";
export { clipTextTower } from "./clip/clip-text-tower.ts";
export { readSafetensors } from "./safetensors/read-safetensors.ts";
export type {
  ReadSafetensorsOptions,
  ReadSafetensorsResult,
} from "./safetensors/read-safetensors.ts";
export { readSafetensorsHeader } from "./safetensors/read-safetensors-header.ts";
export type { SafetensorsEntry, SafetensorsHeader } from "./safetensors/safetensors-header.ts";
export { writeSafetensors } from "./safetensors/write-safetensors.ts";
export type { WriteSafetensorsOptions } from "./safetensors/write-safetensors.ts";
export type { Tower, TowerModel, Weight, Weights } from "./tower-model.ts";
