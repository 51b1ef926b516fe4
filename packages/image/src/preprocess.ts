import { MegaPairsError, type ImagePixels } from "@megapairs/spec";
import { checkPixels } from "./check-pixels.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { resamplePixels } from "./resample-pixels.ts";

/**
 * Makes a model's input of a picture: float32 `[3, height, width]`, row-major, channels in
 * `channelOrder`. Equal, bit for bit, to the Pillow processors of transformers 5.23.
 *
 * Synchronous and pure. Throws `invalid-argument` where pixels do not match their size, or where
 * without a resize and crop the picture is not of the model's size.
 */
export function preprocess(pixels: ImagePixels, preprocessing: Preprocessing): Float32Array {
  checkPixels(pixels);
  const { width, height, interpolation, isCropped } = preprocessing;
  const resized = resizedSize(pixels, preprocessing);
  if (!isCropped && (resized.width !== width || resized.height !== height)) {
    throw new MegaPairsError(
      "invalid-argument",
      `found ${resized.width} x ${resized.height} pixels, expected ${width} x ${height}`,
    );
  }
  const across = centre(resized.width, width);
  const down = centre(resized.height, height);
  const region = {
    left: across.start,
    top: down.start,
    width: across.length,
    height: down.length,
  };
  const cropped = resamplePixels(pixels, { ...resized, region, interpolation });

  const plane = width * height;
  const result = new Float32Array(3 * plane); // [3, height, width]
  for (let channel = 0; channel < 3; channel += 1) {
    const values = channelValues(preprocessing, channel);
    const target = result.subarray(channel * plane, (channel + 1) * plane);
    if (region.width < width || region.height < height) target.fill(values[0]!);
    let read = preprocessing.channelOrder === "RGB" ? channel : 2 - channel;
    for (let row = 0; row < region.height; row += 1) {
      let write = (down.padding + row) * width + across.padding;
      const end = write + region.width;
      for (; write < end; write += 1) {
        target[write] = values[cropped[read]!]!;
        read += 3;
      }
    }
  }
  return result;
}

function resizedSize(
  { width, height }: ImagePixels,
  { resize }: Preprocessing,
): { width: number; height: number } {
  if (resize === undefined) return { width, height };
  if (resize.type === "exact") return { width: resize.width, height: resize.height };
  const longer = Math.floor((resize.edge * Math.max(width, height)) / Math.min(width, height));
  return width <= height
    ? { width: resize.edge, height: longer }
    : { width: longer, height: resize.edge };
}

/** The middle `wanted` of `found` samples: where it starts, how long it is, what lies before it. */
function centre(found: number, wanted: number): { start: number; length: number; padding: number } {
  const start = Math.floor((found - wanted) / 2);
  return {
    start: Math.max(0, start),
    length: Math.min(found, wanted),
    padding: Math.max(0, -start),
  };
}

/** What each uint8 value becomes, rounded to float32 where numpy rounds. */
function channelValues({ scale, mean, std }: Preprocessing, channel: number): Float32Array {
  const { fround } = Math;
  return Float32Array.from({ length: 256 }, (_, value) =>
    fround(fround(fround(value * scale) - fround(mean[channel]!)) / fround(std[channel]!)),
  );
}
