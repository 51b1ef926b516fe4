import type { ImagePixels } from "@megapairs/spec";
import { resizePixels } from "@megapairs/image";
import type { Rgb } from "../render/canvas.ts";

/** Longest side of the picture that the reader looks at, in pixels. */
export const FRAME_SIDE = 128;

/**
 * The picture reduced to at most 128 x 128, keeping its proportions; never enlarged. One that is
 * small enough, such as a frame, is returned as it is.
 */
export function toFrame(pixels: ImagePixels): ImagePixels {
  const scale = Math.max(1, Math.max(pixels.width, pixels.height) / FRAME_SIDE);
  return resizePixels(pixels, {
    width: Math.max(1, Math.round(pixels.width / scale)),
    height: Math.max(1, Math.round(pixels.height / scale)),
    interpolation: "box",
  });
}

/** Euclidean distance of a pixel, counted row by row, from a colour; 0 to 442. */
export function pixelDistance({ data }: ImagePixels, pixel: number, colour: Rgb): number {
  const red = data[3 * pixel]! - colour[0];
  const green = data[3 * pixel + 1]! - colour[1];
  const blue = data[3 * pixel + 2]! - colour[2];
  return Math.sqrt(red * red + green * green + blue * blue);
}
