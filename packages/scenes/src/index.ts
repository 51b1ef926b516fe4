export { createComposedBenchmark } from "./benchmark/create-composed-benchmark.ts";
export type {
  BenchmarkPicture,
  ComposedBenchmark,
  ComposedBenchmarkSettings,
  ComposedQuery,
} from "./benchmark/create-composed-benchmark.ts";
export { writeComposedBenchmark } from "./benchmark/write-composed-benchmark.ts";
export type { WriteComposedBenchmarkOptions } from "./benchmark/write-composed-benchmark.ts";
export { createScenesCorpus } from "./create-scenes-corpus.ts";
export type { ScenesCorpusSettings } from "./create-scenes-corpus.ts";
export { createCaptionEncoder } from "./encoders/create-caption-encoder.ts";
export { createScenesEncoder } from "./encoders/create-scenes-encoder.ts";
export type { ScenesEncoderSettings } from "./encoders/create-scenes-encoder.ts";
export type { ScenesEncoderKind } from "./encoders/scenes-encoder-graph.ts";
export { combinationScene } from "./objects/combination-scene.ts";
export type { Combination } from "./objects/combination-scene.ts";
export { createCombinationReader } from "./objects/create-combination-reader.ts";
export type {
  CombinationReaderSettings,
  ReadCombination,
} from "./objects/create-combination-reader.ts";
export { createObjectsCorpus } from "./objects/create-objects-corpus.ts";
export type { ObjectsCorpusSettings } from "./objects/create-objects-corpus.ts";
export { measureReading } from "./objects/measure-reading.ts";
export type { MeasureReadingResult, MeasureReadingSettings } from "./objects/measure-reading.ts";
export { referenceModelPath } from "./objects/reference-model-path.ts";
export type { ReferenceModelName } from "./objects/reference-model-path.ts";
export { renderCombination } from "./objects/render-combination.ts";
export { OBJECT_BACKGROUNDS, splitCombinations } from "./objects/split-combinations.ts";
export type {
  SplitCombinationsOptions,
  SplitCombinationsResult,
} from "./objects/split-combinations.ts";
export { readScene } from "./reader/read-scene.ts";
export { renderScene } from "./render/render-scene.ts";
export type { RenderSceneOptions } from "./render/render-scene.ts";
export { createOfflineVlm } from "./vlm/create-offline-vlm.ts";
export type { OfflineVlmSettings } from "./vlm/create-offline-vlm.ts";
export { createReferenceVlm } from "./vlm/create-reference-vlm.ts";
export type { ReferenceVlmSettings } from "./vlm/create-reference-vlm.ts";
export { captionScene } from "./world/caption-scene.ts";
export {
  BACKGROUND_COLOURS,
  BACKGROUND_KINDS,
  COLOURS,
  SHAPES,
  SIZES,
  TEXTURES,
} from "./world/scene.ts";
export type {
  BackgroundColourName,
  BackgroundKind,
  ColourName,
  GridIndex,
  Scene,
  SceneBackground,
  SceneObject,
  ShapeName,
  SizeName,
  TextureName,
} from "./world/scene.ts";
export { sceneAt } from "./world/scene-at.ts";
export { sceneDifference } from "./world/scene-difference.ts";
export type {
  ObjectAttribute,
  SceneChange,
  SceneDifferenceResult,
} from "./world/scene-difference.ts";
export { isRenderable, relationBetween } from "./world/scene-rules.ts";
export type { RelationName } from "./world/scene-rules.ts";
