export { readCheckpointState } from "./checkpoint/checkpoint-state.ts";
export type { CheckpointState } from "./checkpoint/checkpoint-state.ts";
export { listCheckpoints } from "./checkpoint/list-checkpoints.ts";
export { loadCheckpoint } from "./checkpoint/load-checkpoint.ts";
export type { LoadCheckpointOptions } from "./checkpoint/load-checkpoint.ts";
export { saveCheckpoint } from "./checkpoint/save-checkpoint.ts";
export type { SaveCheckpointOptions } from "./checkpoint/save-checkpoint.ts";
export type {
  BatchesOptions,
  BatchLoader,
  BatchLoaderSettings,
  LoadedBatch,
} from "./data/batch-loader.ts";
export type { BatchPictures, Collate } from "./data/collate.ts";
export { createBatchLoader } from "./data/create-batch-loader.ts";
export { createClipCollate } from "./data/create-clip-collate.ts";
export type { ClipCollateSettings, TokenizedTexts } from "./data/create-clip-collate.ts";
export type { LoaderPosition } from "./data/loader-position.ts";
export { createPixelNormalizer } from "./data/pixel-normalizer.ts";
export type { PixelNormalizer } from "./data/pixel-normalizer.ts";
export type { BatchPlan, PlannedQuery } from "./data/plan-batch.ts";
export type { SampleSet, TrainingSample } from "./data/sample-set.ts";
export type { TrainingBatch } from "./data/training-batch.ts";
export { availableMemory } from "./estimate/available-memory.ts";
export type { AvailableMemory } from "./estimate/available-memory.ts";
export { estimateTraining } from "./estimate/estimate-training.ts";
export type { EstimateTrainingSettings, TrainingEstimate } from "./estimate/estimate-training.ts";
export { measureMatrixRate } from "./estimate/measure-matrix-rate.ts";
export type { MeasureMatrixRateOptions } from "./estimate/measure-matrix-rate.ts";
export { contrastiveLossGraph } from "./graph/contrastive-loss-graph.ts";
export type { ContrastiveLossSettings } from "./graph/contrastive-loss-graph.ts";
export type { ParameterMemory, TrainedWeight } from "./memory/parameter-memory.ts";
export { openMetricsLog, readMetrics } from "./metrics/open-metrics-log.ts";
export type { MetricsLog } from "./metrics/open-metrics-log.ts";
export type { StepRecord } from "./metrics/step-record.ts";
export { defaultAdamW } from "./optimise/adamw-options.ts";
export type { AdamWOptions } from "./optimise/adamw-options.ts";
export { learningRate } from "./optimise/schedule.ts";
export type { Schedule } from "./optimise/schedule.ts";
export type { BatchCapacity } from "./pass/feature-layout.ts";
export type { GradientPassSettings } from "./pass/gradient-pass.ts";
export { train } from "./train.ts";
export type { TrainSettings } from "./train.ts";
export { createTrainer } from "./trainer.ts";
export type { StepResult, Trainer, TrainerSettings } from "./trainer.ts";
