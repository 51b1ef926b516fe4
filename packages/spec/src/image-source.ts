/** Media types a pipeline stores and sends. Other formats are re-encoded on the way in. */
export type ImageMediaType =
  | "image/jpeg"
  | "image/png"
  | "image/webp"
  | "image/gif"
  | "image/tiff"
  | "image/avif";

/** An encoded image file held in memory. */
export interface ImageBytes {
  readonly type: "bytes";
  /** The file as stored, undecoded. */
  readonly bytes: Uint8Array;
  readonly mediaType: ImageMediaType;
}

/** A decoded picture: what several encoders share so that the file is decoded once. */
export interface ImagePixels {
  readonly type: "pixels";
  /** uint8 RGB, row-major `[height, width, 3]`, upright (EXIF orientation applied), sRGB. */
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** A picture on its way into a model, as a file or decoded. */
export type ImageSource = ImageBytes | ImagePixels;
