import { MegaPairsError } from "@megapairs/spec";

/**
 * The cosines that make a neighbour, strictly inside: at `lower` and below two images are
 * unrelated, at `upper` and above they are near duplicates (paper §3.1: 0.8 and 0.96 for every
 * similarity model; distributions differ, so a band per model is the rule here).
 *
 * Bounds are compared as float64 with the float32 scores. A `lower` under -1 or an `upper` over 1
 * leaves that side open.
 */
export interface SimilarityBand {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Checks that a band can hold a cosine.
 *
 * Throws `invalid-argument` unless both bounds are finite, `lower < upper`, and the band meets
 * [-1, 1].
 */
export function checkBand({ lower, upper }: SimilarityBand): void {
  const usable = Number.isFinite(lower) && Number.isFinite(upper) && lower < upper;
  if (usable && lower < 1 && upper > -1) return;
  throw new MegaPairsError(
    "invalid-argument",
    `The band (${lower}, ${upper}) holds no cosine; expected finite bounds, lower < upper, lower < 1, upper > -1.`,
  );
}
