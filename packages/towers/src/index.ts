export type { LoadOptions } from "./checkpoint/read-checkpoint.ts";
export type { SaveOptions } from "./checkpoint/write-checkpoint.ts";
export { parseClipConfig } from "./clip/clip-config.ts";
export type {
  ClipConfig,
  ClipTextConfig,
  ClipVisionConfig,
  TransformerConfig,
} from "./clip/clip-config.ts";
export { clipConfigs } from "./clip/clip-configs.ts";
export type { ClipConfigName } from "./clip/clip-configs.ts";
export { clipImageTower } from "./clip/clip-image-tower.ts";
export { clipTextTower } from "./clip/clip-text-tower.ts";
export { clipWeightShapes } from "./clip/clip-weight-shapes.ts";
export { createClipModel } from "./clip/create-clip-model.ts";
export type { ClipModel } from "./clip/create-clip-model.ts";
export { importClipModel } from "./clip/import-clip-model.ts";
export type { ImportClipModelSettings } from "./clip/import-clip-model.ts";
export { loadClipModel } from "./clip/load-clip-model.ts";
export { saveClipModel } from "./clip/save-clip-model.ts";
export { countFlops } from "./count-flops.ts";
export { joinTowers } from "./join-towers.ts";
export { createLlavaModel } from "./llava/create-llava-model.ts";
export type { LlavaModel } from "./llava/create-llava-model.ts";
export { parseLlavaConfig } from "./llava/llava-config.ts";
export type { DecoderConfig, LlavaConfig } from "./llava/llava-config.ts";
export { llavaConfigs } from "./llava/llava-configs.ts";
export type { LlavaConfigName } from "./llava/llava-configs.ts";
export { llavaImageTokens } from "./llava/llava-image-tokens.ts";
export { llavaInputs } from "./llava/llava-inputs.ts";
export type { LlavaInputs, LlavaInputsSettings } from "./llava/llava-inputs.ts";
export { llavaModuleName } from "./llava/llava-module-name.ts";
export { llavaCandidatePrompt, llavaQueryPrompt } from "./llava/llava-prompts.ts";
export type { LlavaCandidate, LlavaQuery } from "./llava/llava-prompts.ts";
export { llavaTower } from "./llava/llava-tower.ts";
export { llavaWeightShapes } from "./llava/llava-weight-shapes.ts";
export { loadLlavaModel } from "./llava/load-llava-model.ts";
export { saveLlavaModel } from "./llava/save-llava-model.ts";
export { addLora } from "./lora/add-lora.ts";
export type { LoraSettings } from "./lora/add-lora.ts";
export { loadLora } from "./lora/load-lora.ts";
export type { LoadLoraOptions } from "./lora/load-lora.ts";
export type { LoraAdapter, LoraModel } from "./lora/lora-model.ts";
export type { LoraMatch } from "./lora/match-modules.ts";
export { mergeLora } from "./lora/merge-lora.ts";
export { saveLora } from "./lora/save-lora.ts";
export type { SaveLoraOptions } from "./lora/save-lora.ts";
export { exportTower } from "./onnx/export-tower.ts";
export type { ExportTowerOptions } from "./onnx/export-tower.ts";
export { importTower } from "./onnx/import-tower.ts";
export type { ImportTowerSettings } from "./onnx/import-tower.ts";
export type { InitialisationOptions } from "./random/initial-weights.ts";
export { readSafetensorsHeader } from "./safetensors/read-safetensors-header.ts";
export { readSafetensors } from "./safetensors/read-safetensors.ts";
export type {
  ReadSafetensorsOptions,
  ReadSafetensorsResult,
} from "./safetensors/read-safetensors.ts";
export type { SafetensorsEntry, SafetensorsHeader } from "./safetensors/safetensors-header.ts";
export { writeSafetensors } from "./safetensors/write-safetensors.ts";
export type { WriteSafetensorsOptions } from "./safetensors/write-safetensors.ts";
export { fitClipConfig } from "./tokenizer/fit-clip-config.ts";
export { trainClipTokenizer } from "./tokenizer/train-clip-tokenizer.ts";
export type {
  ClipTokenizerFiles,
  ClipTokenizerSettings,
} from "./tokenizer/train-clip-tokenizer.ts";
export type { Tower, TowerModel, Weight, Weights } from "./tower-model.ts";
export { countParameters } from "./weight-shapes.ts";
export type { WeightShape, WeightShapes } from "./weight-shapes.ts";
