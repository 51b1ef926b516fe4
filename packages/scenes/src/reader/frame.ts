import type { ImagePixels } from "@megapairs/spec";
import { resizePixels } from "@megapairs/image";

/** Longest side of the picture that the reader looks at, in pixels. */
export const FRAME_SIDE = 128;

/** The picture reduced to at most 128 x 128, keeping its proportions; never enlarged. */
export function toFrame(pixels: ImagePixels): ImagePixels {
  const scale = Math.max(1, Math.max(pixels.width, pixels.height) / FRAME_SIDE);
  return resizePixels(pixels, {
    width: Math.max(1, Math.round(pixels.width / scale)),
    height: Math.max(1, Math.round(pixels.height / scale)),
    interpolation: "box",
  });
}

/** The colour of a pixel, counted row by row. */
export function colourAt({ data }: ImagePixels, pixel: number): readonly [number, number, number] {
  return [data[3 * pixel] ?? 0, data[3 * pixel + 1] ?? 0, data[3 * pixel + 2] ?? 0];
}
