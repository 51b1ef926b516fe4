import type { SimilarityBand } from "../similarity-band.ts";
import type { SimilarityHistogram } from "./similarity-histogram.ts";

/** Options of {@link suggestBand}. */
export interface SuggestBandOptions {
  readonly histogram: SimilarityHistogram;
  /** Where near duplicates begin; 0.96 by default (paper §3.1). */
  readonly upper?: number | undefined;
  /** Neighbours a query should have on average; 10 by default. */
  readonly neighboursPerQuery?: number | undefined;
}

/**
 * The narrowest band under `upper`, in steps of the histogram's bins, that gives a query about
 * `neighboursPerQuery` neighbours: as many as there are, where there are fewer. Undefined when no
 * pair lies under `upper`.
 */
export function suggestBand({
  histogram: { counts, queries },
  upper = 0.96,
  neighboursPerQuery = 10,
}: SuggestBandOptions): SimilarityBand | undefined {
  const edge = (bin: number): number => Number(((2 * bin) / counts.length - 1).toFixed(6));
  let caught = 0;
  let lowestCaught: number | undefined;
  for (let bin = counts.length - 1; bin >= 0 && caught < neighboursPerQuery * queries; bin -= 1) {
    const pairs = counts[bin]!;
    if (pairs === 0 || edge(bin + 1) > upper) continue;
    caught += pairs;
    lowestCaught = bin;
  }
  // One bin lower: a cosine on the edge itself would not lie strictly inside.
  return lowestCaught === undefined ? undefined : { lower: edge(lowestCaught - 1), upper };
}

/** Options of {@link explainEmptyBand}. */
export interface ExplainEmptyBandOptions {
  readonly relation: string;
  /** The band that caught nothing. */
  readonly band: SimilarityBand;
  readonly histogram: SimilarityHistogram;
}

/** One line for people: why a band caught nothing, and one that would have caught something. */
export function explainEmptyBand({ relation, band, histogram }: ExplainEmptyBandOptions): string {
  const { queries, lowest, highest } = histogram;
  const found = `The band (${band.lower}, ${band.upper}) of ${relation} caught nothing`;
  if (lowest === undefined || highest === undefined) {
    return `${found}: it has fewer than two images.`;
  }
  const range = `the cosines of ${queries} sampled images lie in ${lowest.toFixed(3)}..${highest.toFixed(3)}`;
  const suggested = suggestBand({ histogram, upper: band.upper });
  return suggested === undefined
    ? `${found}: ${range}, so all are near duplicates at ${band.upper}.`
    : `${found}: ${range}. (${suggested.lower}, ${suggested.upper}) would catch neighbours.`;
}
