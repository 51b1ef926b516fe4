export { embedImages } from "./embed-images.ts";
export type { EmbedImagesOptions, EmbedImagesResult } from "./embed-images.ts";
export type { EmbedCounts, EmbeddedBatch, EmbedImage } from "./embed-batch.ts";
export type { EmbedRelation, StoredIds } from "./embed-relation.ts";
export { embedStream } from "./embed-stream.ts";
export type { EmbedStreamOptions } from "./embed-stream.ts";
export { encode } from "./encode.ts";
export type { EncodeInputsOptions, EncodeInputsResult, EncodeReject } from "./encode.ts";
export { stackEmbeddings } from "./stack-embeddings.ts";
