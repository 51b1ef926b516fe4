import type { ImageMediaType } from "@megapairs/spec";
import { resolveImageLimits, type ImageLimits } from "./image-limits.ts";
import { openImage } from "./open-image.ts";

/** Options of one {@link inspectImage} call. */
export interface InspectImageOptions {
  /** Each one left out is that of `defaultImageLimits`. */
  readonly limits?: Partial<ImageLimits> | undefined;
}

/** What an image file says about itself. */
export interface ImageInfo {
  /** By content; the file's name has no say. */
  readonly mediaType: ImageMediaType;
  /** Pixels, upright: what `decodeImage` returns. */
  readonly width: number;
  /** Pixels, upright. */
  readonly height: number;
  /** Frames of an animation or pages of a TIFF; 1 for a still picture. */
  readonly frames: number;
  /** The file can hold transparent pixels. */
  readonly hasAlpha: boolean;
}

/**
 * Reads the header of an image file, no pixels. A file that passes may still be damaged further in.
 *
 * Rejects with `corrupt-data` (empty, no image, broken header) or `unsupported` (a format beyond
 * the six of `ImageMediaType`, more bytes or pixels than the limits).
 */
export async function inspectImage(
  bytes: Uint8Array,
  options: InspectImageOptions = {},
): Promise<ImageInfo> {
  const { metadata, mediaType } = await openImage(bytes, resolveImageLimits(options.limits));
  return {
    mediaType,
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    frames: metadata.pages ?? 1,
    hasAlpha: metadata.hasAlpha,
  };
}
