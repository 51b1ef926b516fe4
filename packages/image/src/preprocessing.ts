import type { Interpolation } from "./interpolation.ts";

/** How a picture is resized before anything else. */
export type PreprocessingResize =
  /** To exactly this size, whatever the proportions. */
  | { readonly type: "exact"; readonly width: number; readonly height: number }
  /** Keeping proportions: the shorter side becomes `edge`, the longer one is rounded down. */
  | { readonly type: "shortest-edge"; readonly edge: number };

/**
 * What happens to a picture between the decoder and a model: resize, centre crop, then for each
 * channel `(value * scale - mean) / std`. Plain data, so that it can be hashed into a fingerprint
 * and sent to a worker.
 */
export interface Preprocessing {
  /** Columns of the result: those of the crop, or of an exact resize. */
  readonly width: number;
  /** Rows of the result. */
  readonly height: number;
  /** Absent: the picture keeps its size. */
  readonly resize?: PreprocessingResize | undefined;
  readonly interpolation: Interpolation;
  /** Cuts `width` x `height` out of the middle, with black around a picture that is smaller. */
  readonly isCropped: boolean;
  /** Multiplies each uint8 value; 1/255 makes it 0..1. */
  readonly scale: number;
  /** By channel, in `channelOrder`. */
  readonly mean: readonly [number, number, number];
  /** By channel, in `channelOrder`. */
  readonly std: readonly [number, number, number];
  readonly channelOrder: "RGB" | "BGR";
}
