import type { ImagePixels } from "@megapairs/spec";
import type { PixelRectangle } from "./crop-pixels.ts";
import type { Interpolation } from "./interpolation.ts";
import { weighAxis, weightBits, type AxisWeights } from "./resample-axis.ts";

/** A picture resampled to `width` x `height`, of which only `region` is wanted. */
export interface Resampling {
  readonly width: number;
  readonly height: number;
  readonly region: PixelRectangle;
  readonly interpolation: Interpolation;
}

/**
 * Pillow's `Image.resize` on RGB, bit for bit: columns first, rounded to uint8 between the passes.
 * Costs only what `region` needs. Returns row-major uint8 `[region.height, region.width, 3]`.
 */
export function resamplePixels(pixels: ImagePixels, resampling: Resampling): Uint8Array {
  const { region, interpolation } = resampling;
  const columns = weighAxis(
    pixels.width,
    resampling.width,
    interpolation,
    region.left,
    region.width,
  );
  const rows = weighAxis(
    pixels.height,
    resampling.height,
    interpolation,
    region.top,
    region.height,
  );
  const top = rows.starts[0]!;
  const bottom = rows.starts.at(-1)! + rows.lengths.at(-1)!;
  const narrowed = resampleColumns(pixels, columns, top, bottom);
  return resampleRows(narrowed, rows, top, region.width * 3);
}

const half = 1 << (weightBits - 1);

function resampleColumns(
  { data, width }: ImagePixels,
  { starts, lengths, weights, taps }: AxisWeights,
  top: number,
  bottom: number,
): Uint8ClampedArray {
  const count = starts.length;
  const result = new Uint8ClampedArray((bottom - top) * count * 3); // [bottom - top, count, 3]
  let write = 0;
  for (let row = top; row < bottom; row += 1) {
    const rowStart = row * width * 3;
    for (let column = 0; column < count; column += 1) {
      let read = rowStart + starts[column]! * 3;
      let weightAt = column * taps;
      const end = weightAt + lengths[column]!;
      let red = half;
      let green = half;
      let blue = half;
      for (; weightAt < end; weightAt += 1) {
        const weight = weights[weightAt]!;
        red = (red + Math.imul(weight, data[read]!)) | 0;
        green = (green + Math.imul(weight, data[read + 1]!)) | 0;
        blue = (blue + Math.imul(weight, data[read + 2]!)) | 0;
        read += 3;
      }
      result[write] = red >> weightBits;
      result[write + 1] = green >> weightBits;
      result[write + 2] = blue >> weightBits;
      write += 3;
    }
  }
  return result;
}

function resampleRows(
  data: Uint8ClampedArray,
  { starts, lengths, weights, taps }: AxisWeights,
  top: number,
  stride: number,
): Uint8Array {
  const result = new Uint8ClampedArray(starts.length * stride); // [count, stride]
  let write = 0;
  for (let row = 0; row < starts.length; row += 1) {
    const first = (starts[row]! - top) * stride;
    const weightStart = row * taps;
    const weightEnd = weightStart + lengths[row]!;
    for (let column = 0; column < stride; column += 1) {
      let sum = half;
      let read = first + column;
      for (let weightAt = weightStart; weightAt < weightEnd; weightAt += 1) {
        sum = (sum + Math.imul(weights[weightAt]!, data[read]!)) | 0;
        read += stride;
      }
      result[write] = sum >> weightBits;
      write += 1;
    }
  }
  return new Uint8Array(result.buffer);
}
