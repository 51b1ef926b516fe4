export { abortOnSignals } from "./abort-on-signals.ts";
export type { AbortOnSignalsSettings, SignalAbort } from "./abort-on-signals.ts";
export { formatBytes, formatCount, formatDuration } from "./format.ts";
export { jsonDifferences } from "./json-differences.ts";
export { createLocalEngine } from "./local-engine.ts";
export type { LocalEngineSettings } from "./local-engine.ts";
export { lockRun } from "./lock-run.ts";
export type { RunLock } from "./lock-run.ts";
export { createProgress } from "./progress.ts";
export type {
  ProgressReporter,
  ProgressSettings,
  ProgressStream,
  StageProgress,
  StageProgressOptions,
} from "./progress.ts";
export { createRunLog } from "./run-log.ts";
export type { RunLog, RunLogFields, RunLogSettings } from "./run-log.ts";
export { openManifest, readManifest } from "./run-manifest.ts";
export type { OpenManifestSettings, RunManifest } from "./run-manifest.ts";
export type { RunRecord, StageRecord } from "./run-record.ts";
export { runStage } from "./run-stage.ts";
export type { RunStageOptions } from "./run-stage.ts";
export { createShardHandler } from "./shard-handler.ts";
export type { ShardHandlerSettings } from "./shard-handler.ts";
export { planDigest, stageIdentity } from "./stage-identity.ts";
export type { StageFacts } from "./stage-identity.ts";
export type { StageSummary } from "./stage-summary.ts";
export type { ShardExecution, ShardPlan, ShardResult, Stage } from "./stage.ts";
