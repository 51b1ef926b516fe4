import { MegaPairsError, type ImagePixels } from "@megapairs/spec";
import { checkPixels } from "./check-pixels.ts";
import type { Interpolation } from "./interpolation.ts";
import { resamplePixels } from "./resample-pixels.ts";

/** Options of one {@link resizePixels} call. */
export interface ResizePixelsOptions {
  /** Pixels of the result. */
  readonly width: number;
  /** Pixels of the result. */
  readonly height: number;
  /** By default `bicubic`, antialiased: the choice of CLIP's, SigLIP's and DINOv2's processors. */
  readonly interpolation?: Interpolation | undefined;
}

/**
 * Resizes a picture exactly as Pillow's `Image.resize` does, proportions aside.
 *
 * Synchronous and pure; about half a nanosecond for each pixel it weighs. Throws `invalid-argument` on
 * sizes that are not positive integers.
 */
export function resizePixels(pixels: ImagePixels, options: ResizePixelsOptions): ImagePixels {
  checkPixels(pixels);
  const { width, height, interpolation = "bicubic" } = options;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new MegaPairsError(
      "invalid-argument",
      `found a size of ${width} x ${height}, expected positive integers`,
    );
  }
  if (width === pixels.width && height === pixels.height) return pixels;
  const region = { left: 0, top: 0, width, height };
  const data = resamplePixels(pixels, { width, height, region, interpolation });
  return { type: "pixels", data, width, height };
}
