import { MegaPairsError } from "@megapairs/spec";

/** A box and the picture it lies in, in pixels. */
export interface GenecisCropOptions {
  /** Left, top, width, height. */
  readonly box: readonly [number, number, number, number];
  readonly imageWidth: number;
  readonly imageHeight: number;
}

/** What to cut out, in whole pixels, and how to pad it to a square with black. */
export interface GenecisCrop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Edge of the square. */
  readonly side: number;
  /** Black columns before the cut-out; what is left over comes after it. */
  readonly padLeft: number;
  readonly padTop: number;
}

const DILATION = 0.7;

/**
 * The crop of GeneCIS's attribute tasks, as the official code makes it: the box grows by 0.7 of its
 * size, but up and left only (right and bottom follow from the moved corner, save at the border),
 * is rounded half to even as Pillow does, and padded to a square.
 *
 * @throws `invalid-argument` if nothing of the picture is inside.
 * Source: facebookresearch/genecis, `datasets/vaw_dataset.py`.
 */
export function genecisCrop({ box, imageWidth, imageHeight }: GenecisCropOptions): GenecisCrop {
  const [boxLeft, boxTop, boxWidth, boxHeight] = box;
  const exactLeft = Math.max(0, boxLeft - DILATION * boxWidth);
  const exactTop = Math.max(0, boxTop - DILATION * boxHeight);
  const left = roundHalfToEven(exactLeft);
  const top = roundHalfToEven(exactTop);
  const right = Math.min(imageWidth, exactLeft + (1 + DILATION) * boxWidth);
  const bottom = Math.min(imageHeight, exactTop + (1 + DILATION) * boxHeight);
  const width = roundHalfToEven(right) - left;
  const height = roundHalfToEven(bottom) - top;
  if (!(width > 0 && height > 0)) {
    throw new MegaPairsError(
      "invalid-argument",
      `The box ${box.join(", ")} is empty in ${imageWidth} x ${imageHeight} pixels.`,
    );
  }
  const side = Math.max(width, height);
  return {
    left,
    top,
    width,
    height,
    side,
    padLeft: Math.floor((side - width) / 2),
    padTop: Math.floor((side - height) / 2),
  };
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}
