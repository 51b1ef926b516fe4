import { MegaPairsError, type ImageBytes, type ImageSource } from "@megapairs/spec";
import { decodeImage } from "./decode-image.ts";
import { encodeImage, type EncodedMediaType } from "./encode-image.ts";
import type { ImageLimits } from "./image-limits.ts";
import { inspectImage } from "./inspect-image.ts";
import { resizePixels } from "./resize-pixels.ts";

/** Options of one {@link fitImage} call. */
export interface FitImageOptions {
  /** Most pixels, width times height. */
  readonly maxPixels: number;
  /** Longest side in pixels; no limit by default. */
  readonly maxSide?: number | undefined;
  /** Format of a re-encoded picture, by default JPEG: the smallest request. */
  readonly mediaType?: EncodedMediaType | undefined;
  /** As in `encodeImage`. */
  readonly quality?: number | undefined;
  /** Each one left out is that of `defaultImageLimits`. */
  readonly limits?: Partial<ImageLimits> | undefined;
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const passedThrough: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp"]);

/**
 * Makes a picture small enough for a model's pixel budget, keeping its proportions.
 *
 * A still JPEG, PNG or WebP file within the budget is returned as it is, bytes and all, if it is of
 * the `mediaType` asked for or none was asked for. Anything else is scaled down (bicubic,
 * antialiased; never up) and encoded anew, which applies EXIF orientation and drops metadata.
 *
 * Rejects as `decodeImage` and `encodeImage` do; with `invalid-argument` on a budget below 1.
 */
export async function fitImage(source: ImageSource, options: FitImageOptions): Promise<ImageBytes> {
  const { maxPixels, maxSide = Infinity, mediaType, quality, limits, signal } = options;
  if (!(maxPixels >= 1 && maxSide >= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `found maxPixels ${maxPixels} and maxSide ${maxSide}, expected at least 1`,
    );
  }
  signal?.throwIfAborted();
  if (source.type === "bytes") {
    const found = await inspectImage(source.bytes, { limits });
    const { width, height } = found;
    const isWithin = width * height <= maxPixels && Math.max(width, height) <= maxSide;
    const isAsked = mediaType === undefined || mediaType === found.mediaType;
    if (isWithin && isAsked && found.frames === 1 && passedThrough.has(found.mediaType)) {
      return { type: "bytes", bytes: source.bytes, mediaType: found.mediaType };
    }
  }
  const pixels =
    source.type === "pixels" ? source : await decodeImage(source.bytes, { limits, signal });
  const size = fitSize(pixels, maxPixels, maxSide);
  const fitted = await encodeImage(resizePixels(pixels, size), {
    mediaType: mediaType ?? "image/jpeg",
    quality,
  });
  signal?.throwIfAborted();
  return fitted;
}

function fitSize(
  { width, height }: { readonly width: number; readonly height: number },
  maxPixels: number,
  maxSide: number,
): { width: number; height: number } {
  const scale = Math.min(
    1,
    Math.sqrt(maxPixels / (width * height)),
    maxSide / Math.max(width, height),
  );
  const longest = Math.max(1, Math.floor(Math.max(width, height) * scale));
  const shortest = Math.max(1, Math.floor(Math.min(width, height) * scale));
  const capped = Math.min(longest, Math.floor(maxPixels / shortest));
  return width >= height
    ? { width: capped, height: shortest }
    : { width: shortest, height: capped };
}
