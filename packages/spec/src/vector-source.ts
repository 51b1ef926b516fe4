/** The embeddings of many images by one encoder, wherever they lie: read by ranges of rows. */
export interface VectorSource {
  /** Image ids, ascending. */
  readonly ids: readonly string[];
  /** Length of one row. */
  readonly dimensions: number;
  /** How `read` gives numbers: as a `Float32Array`, or as the bits of binary16 in a `Uint16Array`. */
  readonly dataType: "float32" | "float16";
  /**
   * Rows `start` to `end`, the latter not included: row-major `[end - start, dimensions]`, every row
   * of L2 norm 1. Several calls may be under way at a time. What it gives is read soon and not kept.
   */
  read(start: number, end: number): Promise<Float32Array | Uint16Array>;
}
