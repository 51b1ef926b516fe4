import { resampleFilters, type Interpolation } from "./interpolation.ts";

/** Which source samples make each output sample of one axis, with fixed-point weights. */
export interface AxisWeights {
  /** First source sample of each output sample, `[count]`. */
  readonly starts: Int32Array;
  /** Source samples of each output sample, `[count]`. */
  readonly lengths: Int32Array;
  /** `[count, taps]`, weights times 2^22, zero beyond `lengths`. */
  readonly weights: Int32Array;
  /** Most source samples of any output sample. */
  readonly taps: number;
  /** First source sample of all. */
  readonly first: number;
  /** One past the last source sample of all. */
  readonly last: number;
}

/** Fractional bits of a weight: what 32 bits leave beside a uint8 sample and an overshoot. */
const weightBits = 22;

/**
 * Weights for `count` outputs from `offset` on, of an axis resampled from `from` to `to` samples:
 * those of Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`, bit for bit.
 */
export function weighAxis(
  from: number,
  to: number,
  interpolation: Interpolation,
  offset: number,
  count: number,
): AxisWeights {
  const { support, weigh } = resampleFilters[interpolation];
  const scale = from / to;
  const filterScale = Math.max(1, scale);
  const reach = support * filterScale;
  const taps = Math.min(from, Math.ceil(reach) * 2 + 1);
  const starts = new Int32Array(count);
  const lengths = new Int32Array(count);
  const weights = new Int32Array(count * taps);
  const exact = new Float64Array(taps);

  for (let output = 0; output < count; output += 1) {
    const center = (offset + output + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - reach + 0.5));
    const length = Math.min(from, Math.trunc(center + reach + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < length; tap += 1) {
      const weight = weigh((tap + start - center + 0.5) * (1 / filterScale));
      exact[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < length; tap += 1) {
      const weight = (exact[tap]! / (sum || 1)) * 2 ** weightBits;
      weights[output * taps + tap] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    starts[output] = start;
    lengths[output] = length;
  }
  const last = starts.at(-1)! + lengths.at(-1)!;
  return { starts, lengths, weights, taps, first: starts[0]!, last };
}
