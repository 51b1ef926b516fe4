export type { CorpusEntry, CorpusShard, CorpusV1 } from "./corpus-v1.ts";
export type { EmbeddingMatrix, EmbeddingRecord } from "./embedding-record.ts";
export type {
  EncodeOptions,
  EncodeResult,
  EncoderInput,
  EncoderSupports,
  EncoderV1,
} from "./encoder-v1.ts";
export type {
  EngineV1,
  ShardContext,
  ShardCounts,
  ShardHandler,
  ShardResource,
  ShardTask,
  StageKey,
} from "./engine-v1.ts";
export { MegaPairsError } from "./errors.ts";
export type { MegaPairsErrorCode, MegaPairsErrorDetails, MegaPairsErrorOptions } from "./errors.ts";
export type { ImageRecord } from "./image-record.ts";
export type { ImageBytes, ImageMediaType, ImagePixels, ImageSource } from "./image-source.ts";
export type { JsonValue } from "./json-value.ts";
export type { NearDuplicateRecord } from "./near-duplicate-record.ts";
export type { Neighbour, NeighbourRecord } from "./neighbour-record.ts";
export type { PairEvidence, PairRecord } from "./pair-record.ts";
export type { RejectCode, RejectRecord } from "./reject-record.ts";
export type { Row, ShardCommit, ShardOutput, ShardStoreV1 } from "./shard-store-v1.ts";
export type { DescriptionRecord, InstructionRecord, TripletRecord } from "./triplet-record.ts";
export type {
  ScratchVectors,
  VectorScratch,
  VectorScratchShape,
  VectorSource,
} from "./vector-source.ts";
export type {
  GenerateOptions,
  GenerateResult,
  PromptPart,
  VlmBackendV1,
  VlmSupports,
} from "./vlm-v1.ts";
