import type { OnnxTensor } from "@megapairs/onnx";

/**
 * One batch as the trainer takes it. Every picture and text is encoded once, however often the batch
 * mentions it. Rows of features are counted through the towers in their order: the image tower's
 * rows first, then the text tower's.
 */
export interface TrainingBatch {
  /** Data inputs of each tower by its name, rows first: `{ image: { pixel_values }, text: { input_ids } }`. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, OnnxTensor>>>>;
  /** Rows of each tower by its name; may be 0. */
  readonly rows: Readonly<Record<string, number>>;
  /**
   * `[queries, 2]`, row-major: the rows of features that a query is the sum of; -1 for none (a query
   * of text or image alone, or one row of a multimodal tower).
   */
  readonly queries: Int32Array;
  /** Rows of features of the candidates, each different. */
  readonly candidates: Int32Array;
  /** For each query, the place in `candidates` of its positive. */
  readonly positives: Int32Array;
  /** `[queries, candidates]`, row-major: 1 where a candidate is no negative of a query. Never at its positive. */
  readonly excluded: Uint8Array;
  /** Ids of the samples, one for each query, for messages. */
  readonly sampleIds: readonly string[];
}
