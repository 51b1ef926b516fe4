/**
 * How a picture is resampled, by Pillow's names: each is Pillow's antialiased filter of that name,
 * whose support grows with the reduction.
 */
export type Interpolation = "lanczos" | "bilinear" | "bicubic" | "box" | "hamming";

/** A filter over the distance to the centre, in source pixels at scale 1. */
interface ResampleFilter {
  /** Zero beyond this distance. */
  readonly support: number;
  readonly weigh: (distance: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** Pillow's filters (`src/libImaging/Resample.c`); bicubic is Catmull-Rom, a = -0.5. */
export const resampleFilters: Readonly<Record<Interpolation, ResampleFilter>> = {
  box: { support: 0.5, weigh: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weigh: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI)) : 0),
  },
  bicubic: { support: 2, weigh: (x) => weighBicubic(Math.abs(x)) },
  lanczos: { support: 3, weigh: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function weighBicubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}
