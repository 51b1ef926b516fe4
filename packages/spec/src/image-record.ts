import type { ImageMediaType } from "./image-source.ts";

/** One picture of a dataset. */
export interface ImageRecord {
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly id: string;
  /** Path in the corpus it came from; of several identical files, the first in corpus order. */
  readonly path: string;
  readonly mediaType: ImageMediaType;
  /** Pixels, upright. */
  readonly width: number;
  /** Pixels, upright. */
  readonly height: number;
  readonly caption?: string | undefined;
}
