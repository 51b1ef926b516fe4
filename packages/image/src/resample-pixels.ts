import type { ImagePixels } from "@megapairs/spec";
import type { PixelRectangle } from "./crop-pixels.ts";
import type { Interpolation } from "./interpolation.ts";
import { weighAxis, type AxisWeights } from "./resample-axis.ts";
import { resampleKernelOf, type ResampleKernel } from "./resample-kernel.ts";

/** A picture resampled to `width` x `height`, of which only `region` is wanted. */
export interface Resampling {
  readonly width: number;
  readonly height: number;
  readonly region: PixelRectangle;
  readonly interpolation: Interpolation;
}

/** Rows of RGB pixels in a kernel's memory: a picture, or the part of one that a pass needs. */
interface Plane {
  /** Where it starts. */
  readonly address: number;
  /** Bytes of a row. */
  readonly stride: number;
  readonly rows: number;
  /** Column of the whole picture at which this part starts. */
  readonly left: number;
  /** Row of the whole picture at which this part starts. */
  readonly top: number;
}

/**
 * `Image.resize` of Pillow 13 on RGB, bit for bit: one axis after the other, rounded to uint8 in
 * between; the height first where it shrinks by more than twice as many pixels as the width.
 * (Before Pillow 13 the width always came first; the difference is one of rounding.)
 *
 * Costs only what `region` needs. Returns row-major uint8 `[region.height, region.width, 3]`.
 */
export function resamplePixels(pixels: ImagePixels, resampling: Resampling): Uint8Array {
  const { width, height, region, interpolation } = resampling;
  const columns = weighAxis(pixels.width, width, interpolation, region.left, region.width);
  const rows = weighAxis(pixels.height, height, interpolation, region.top, region.height);
  const lessHeight = pixels.height - height;
  const isHeightFirst = lessHeight > 0 && lessHeight > (pixels.width - width) * 2;

  let used = 0;
  const reserve = (bytes: number): number => {
    const address = used;
    used += Math.ceil((bytes + slackBytes) / 64) * 64;
    return address;
  };
  const reservePlane = (stride: number, rowCount: number, left: number, top: number): Plane => ({
    address: reserve(stride * rowCount),
    stride,
    rows: rowCount,
    left,
    top,
  });
  const sourceRows = rows.last - rows.first;
  const source = reservePlane(pixels.width * 3, sourceRows, 0, rows.first);
  const middle = isHeightFirst
    ? reservePlane((columns.last - columns.first) * 3, region.height, columns.first, 0)
    : reservePlane(region.width * 3, sourceRows, 0, rows.first);
  const result = reservePlane(region.width * 3, region.height, 0, 0);
  const tables = reserve((columns.weights.length + rows.weights.length + 2 * region.width) * 4);

  const kernel = resampleKernelOf(used);
  const memory = new Uint8Array(kernel.memory.buffer);
  const from = source.top * source.stride;
  memory.set(pixels.data.subarray(from, from + sourceRows * source.stride), source.address);
  if (isHeightFirst) {
    resampleRows(kernel, source, middle, rows, tables);
    resampleColumns(kernel, middle, result, columns, tables);
  } else {
    resampleColumns(kernel, source, middle, columns, tables);
    resampleRows(kernel, middle, result, rows, tables);
  }
  return memory.slice(result.address, result.address + result.stride * result.rows);
}

/** What the kernel may touch beyond the end of a plane. */
const slackBytes = 16;

/** Resamples the columns of every row of `target`, which `source` has too. */
function resampleColumns(
  kernel: ResampleKernel,
  source: Plane,
  target: Plane,
  { starts, lengths, weights, taps }: AxisWeights,
  tables: number,
): void {
  const words = new Int32Array(kernel.memory.buffer, tables);
  const count = starts.length;
  words.set(starts.map((start) => (start - source.left) * 3));
  words.set(lengths, count);
  words.set(weights, 2 * count);
  for (let row = 0; row < target.rows; row += 1) {
    kernel.resampleAcross(
      source.address + row * source.stride,
      tables,
      tables + count * 4,
      tables + count * 8,
      taps * 4,
      count,
      target.address + row * target.stride,
    );
  }
}

/** Resamples the rows of every column of `target`, which `source` has too. */
function resampleRows(
  kernel: ResampleKernel,
  source: Plane,
  target: Plane,
  { starts, lengths, weights, taps }: AxisWeights,
  tables: number,
): void {
  new Int32Array(kernel.memory.buffer, tables).set(weights);
  for (let row = 0; row < target.rows; row += 1) {
    kernel.resampleDown(
      source.address +
        (starts[row]! - source.top) * source.stride +
        (target.left - source.left) * 3,
      source.stride,
      lengths[row]!,
      tables + row * taps * 4,
      target.stride,
      target.address + row * target.stride,
    );
  }
}
