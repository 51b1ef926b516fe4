import type { ImageBytes, ImagePixels } from "@megapairs/spec";
import { encodePng } from "./encode-png.ts";

/** Options of {@link testPicture}. */
export interface TestPictureOptions {
  /** Pixels. 32 by default. */
  readonly width?: number | undefined;
  /** Pixels. 32 by default. */
  readonly height?: number | undefined;
  /** Pictures of different variants differ in colours and shape. A whole number from 0; 0 by default. */
  readonly variant?: number | undefined;
}

/** One picture in the two forms in which it can cross to an encoder. */
export interface TestPicture {
  /** A PNG file, 8-bit RGB: lossless, so that it decodes to exactly {@link TestPicture.pixels}. */
  readonly bytes: ImageBytes;
  readonly pixels: ImagePixels;
}

/**
 * Draws a picture for a test: a disc on a two-way colour gradient, both chosen by `variant`.
 * The same options give the same bytes.
 */
export function testPicture(options: TestPictureOptions = {}): TestPicture {
  const { width = 32, height = 32, variant = 0 } = options;
  const data = new Uint8Array(width * height * 3);
  const centre = {
    x: width * (0.3 + 0.1 * (variant % 5)),
    y: height * (0.7 - 0.1 * (variant % 4)),
  };
  const radius = Math.min(width, height) * 0.25;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.hypot(x + 0.5 - centre.x, y + 0.5 - centre.y) < radius;
      const at = (y * width + x) * 3;
      data[at] = inside ? (variant * 97 + 250) & 255 : (variant * 53 + (x / width) * 128) & 255;
      data[at + 1] = inside ? (variant * 61) & 255 : ((y / height) * 160 + variant * 29) & 255;
      data[at + 2] = inside ? (variant * 31 + 40) & 255 : (200 - variant * 41) & 255;
    }
  }
  const pixels: ImagePixels = { type: "pixels", data, width, height };
  return { pixels, bytes: { type: "bytes", bytes: encodePng(pixels), mediaType: "image/png" } };
}
