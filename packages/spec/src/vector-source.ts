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

/** Where vectors that do not fit into memory are put in another order for a while. */
export interface VectorScratch {
  /** Makes room for a matrix. */
  open(shape: VectorScratchShape): Promise<ScratchVectors>;
}

/** A matrix that a {@link VectorScratch} makes room for. */
export interface VectorScratchShape {
  readonly rows: number;
  readonly dimensions: number;
  /** As of {@link VectorSource}. */
  readonly dataType: "float32" | "float16";
}

/** A matrix in a {@link VectorScratch}. Several calls may be under way at a time. */
export interface ScratchVectors {
  /** Puts one row in its place. */
  write(row: number, values: Float32Array | Uint16Array): Promise<void>;
  /** Rows `start` to `end`, the latter not included, as of {@link VectorSource}. */
  read(start: number, end: number): Promise<Float32Array | Uint16Array>;
  /** Gives the room back. */
  close(): Promise<void>;
}
