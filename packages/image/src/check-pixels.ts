import { MegaPairsError, type ImagePixels } from "@megapairs/spec";

/** Throws `invalid-argument` unless `data` is `[height, width, 3]` with both at least 1. */
export function checkPixels({ data, width, height }: ImagePixels): void {
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!isWhole || data.length !== width * height * 3) {
    throw new MegaPairsError(
      "invalid-argument",
      `found ${data.length} bytes for ${width} x ${height} RGB pixels, expected ${width * height * 3}`,
    );
  }
}
