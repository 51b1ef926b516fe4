/** The embeddings of many images by one encoder. */
export interface EmbeddingMatrix {
  /** Image ids, ascending. */
  readonly ids: readonly string[];
  /** Length of one row. */
  readonly dimensions: number;
  /** Row-major float32 `[ids.length, dimensions]`, rows of L2 norm 1. */
  readonly vectors: Float32Array;
}

/** The embedding of one image by one encoder. */
export interface EmbeddingRecord {
  readonly imageId: string;
  /** float32 `[dimensions]`, L2 norm 1. */
  readonly vector: Float32Array;
}
