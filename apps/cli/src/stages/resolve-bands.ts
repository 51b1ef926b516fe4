import { similarityHistogram, similarityQuantile } from "@megapairs/mine";
import type { SimilarityBand, SimilarityHistogram } from "@megapairs/mine";
import { MegaPairsError } from "@megapairs/spec";
import type { BandedRelation, QuantileBand, Relation } from "./relation.ts";
import type { Vectors } from "./vectors.ts";

/** What {@link resolveBands} looks at. */
export interface ResolveBandsOptions {
  readonly vectors: Vectors;
  readonly relations: readonly Relation[];
  /** Decides which images are sampled. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Of a ten thousandth each: the upper tail of most encoders is narrow. */
export const QUANTILE_BINS = 20_000;

/**
 * Turns bands that are shares of all pairs into cosines, by the histogram of a seeded sample of
 * images: the same vectors and seed give the same band. `invalid-argument` as {@link bandAtQuantiles}.
 */
export async function resolveBands(options: ResolveBandsOptions): Promise<BandedRelation[]> {
  const { vectors, relations, seed, signal } = options;
  const resolved: BandedRelation[] = [];
  for (const relation of relations) {
    const { name, band } = relation;
    if (!("quantiles" in band)) {
      resolved.push({ ...relation, band, quantiles: undefined });
      continue;
    }
    const matrix = await vectors.read(relation);
    const histogram = await similarityHistogram({ matrix, bins: QUANTILE_BINS, seed, signal });
    const { quantiles } = band;
    resolved.push({ ...relation, band: bandAtQuantiles(name, band, histogram), quantiles });
  }
  return resolved;
}

/**
 * The cosines at two shares of all pairs. `invalid-argument` where there are none, or both shares have
 * the same cosine.
 */
export function bandAtQuantiles(
  relation: string,
  { quantiles }: QuantileBand,
  histogram: SimilarityHistogram,
): SimilarityBand {
  const [lower, upper] = quantiles.map((quantile) => similarityQuantile(histogram, quantile));
  if (lower !== undefined && upper !== undefined && lower < upper) return { lower, upper };
  const found =
    lower === undefined
      ? "there are fewer than two images"
      : `both are a cosine of ${lower}: too many images are alike`;
  throw new MegaPairsError(
    "invalid-argument",
    `The quantiles ${quantiles.join(" and ")} of ${relation} make no band: ${found}. Give the band as cosines.`,
  );
}
