import { MegaPairsError, type ImagePixels } from "@megapairs/spec";
import { checkPixels } from "./check-pixels.ts";

/** A rectangle in pixels, from the top left corner. */
export interface PixelRectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Copies a rectangle out of a picture. Throws `invalid-argument` where it leaves the picture. */
export function cropPixels(pixels: ImagePixels, rectangle: PixelRectangle): ImagePixels {
  checkPixels(pixels);
  const { left, top, width, height } = rectangle;
  const isInside =
    [left, top, width, height].every((side) => Number.isInteger(side)) &&
    Math.min(left, top) >= 0 &&
    Math.min(width, height) > 0 &&
    left + width <= pixels.width &&
    top + height <= pixels.height;
  if (!isInside) {
    throw new MegaPairsError(
      "invalid-argument",
      `found a crop of ${width} x ${height} at (${left}, ${top}), expected one inside ${pixels.width} x ${pixels.height}`,
    );
  }
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    const start = ((top + row) * pixels.width + left) * 3;
    data.set(pixels.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { type: "pixels", data, width, height };
}
