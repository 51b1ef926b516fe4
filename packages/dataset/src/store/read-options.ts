import type { ImageRecord, RejectRecord } from "@megapairs/spec";

/** Row of the table `images`, as a stage commits it. */
export interface ImageRow extends ImageRecord {
  /** Position among the entries of its shard: readers give the images of a shard in this order. */
  readonly ordinal: number;
  /** The file as it is stored. */
  readonly bytes: Uint8Array;
}

/** An image with the shard that brought it in. */
export interface StoredImage extends ImageRecord {
  readonly shard: string;
  /** Position in the shard. */
  readonly ordinal: number;
}

/** A {@link StoredImage} with its file. */
export interface StoredImageWithBytes extends StoredImage {
  readonly bytes: Uint8Array;
}

/** Which images to read. */
export interface ReadImagesOptions {
  /** Only those of one shard. */
  readonly shard?: string | undefined;
  /**
   * Only these, in this order, a repeated id repeated. An id that is not there rejects with
   * `corrupt-data`.
   */
  readonly ids?: readonly string[] | undefined;
  /** Adds the files' bytes, read 16 files at a time. Default false. */
  readonly bytes?: boolean | undefined;
}

/** Which records to read. */
export interface ReadOptions {
  /** Only those of one shard. */
  readonly shard?: string | undefined;
}

/** A reject with the stage and shard that made it. */
export interface StoredReject extends RejectRecord {
  readonly stage: string;
  /** Of the stage. */
  readonly identity: string;
  readonly shard: string;
}

/** A stage that has rows in the database. */
export interface StoredStage {
  readonly stage: string;
  readonly identity: string;
  readonly shards: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly rejected: number;
}
