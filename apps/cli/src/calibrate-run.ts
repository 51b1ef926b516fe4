import { sampleSimilarPairs, similarityQuantile, suggestBand } from "@megapairs/mine";
import type { SimilarPair, SimilarityBand, SimilarityHistogram } from "@megapairs/mine";
import { relationHistograms } from "./relation-histograms.ts";
import type { RelationHistogramsOptions } from "./relation-histograms.ts";

/** A range of cosines and what lies in it. */
export interface CalibrationBin {
  readonly lower: number;
  readonly upper: number;
  /** Share of all sampled pairs. */
  readonly share: number;
  /** Images in the range for a query on average. */
  readonly imagesPerQuery: number;
  /** Some pairs to look at. */
  readonly pairs: readonly SimilarPair[];
}

/** How one relation's cosines are spread, and which band to choose. */
export interface Calibration {
  readonly relation: string;
  readonly images: number;
  readonly sampledQueries: number;
  /** Ascending, from the lowest to the highest with any pair. */
  readonly bins: readonly CalibrationBin[];
  /** Cosines by the share of pairs below. */
  readonly quantiles: Readonly<Record<string, number>>;
  /** Of the settings, as cosines. */
  readonly band: SimilarityBand;
  readonly neighboursPerQuery: number;
  /** The narrowest below the band's upper bound that gives `neighbours` of the settings; null without pairs. */
  readonly proposed: SimilarityBand | null;
}

/** Options of {@link calibrateRun}. */
export interface CalibrateRunOptions extends RelationHistogramsOptions {
  readonly pairsPerBin: number;
}

const BINS = 40;
const QUANTILES = [0.5, 0.9, 0.99, 0.999, 0.9995, 0.9999];

/** Looks at the cosines of every relation of an embedded run. `invalid-argument` where nothing is embedded. */
export async function calibrateRun(options: CalibrateRunOptions): Promise<Calibration[]> {
  const { sample, pairsPerBin, seed, signal } = options;
  const calibrations: Calibration[] = [];
  for await (const found of relationHistograms(options)) {
    const { relation, settings, matrix, histogram, band } = found;
    const { upper } = band;
    const samples = { matrix, bins: BINS, pairsPerBin, sample, seed, signal };
    const neighbours = { histogram, upper, neighboursPerQuery: settings.neighbours };
    calibrations.push({
      relation,
      images: matrix.ids.length,
      sampledQueries: histogram.queries,
      bins: binsOf(histogram, await sampleSimilarPairs(samples)),
      quantiles: quantilesOf(histogram),
      band,
      neighboursPerQuery: neighboursPerQuery(histogram, band),
      proposed: suggestBand(neighbours) ?? null,
    });
  }
  return calibrations;
}

function binsOf(
  { counts, queries, pairs }: SimilarityHistogram,
  samples: readonly (readonly SimilarPair[])[],
): CalibrationBin[] {
  const width = counts.length / BINS;
  const bins = samples.map((sampled, bin) => {
    const count = sum(counts.slice(bin * width, (bin + 1) * width));
    return {
      lower: edge(bin),
      upper: edge(bin + 1),
      share: count / Math.max(1, pairs),
      imagesPerQuery: count / Math.max(1, queries),
      pairs: sampled,
    };
  });
  const isFilled = ({ share }: CalibrationBin): boolean => share > 0;
  return bins.slice(Math.max(0, bins.findIndex(isFilled)), bins.findLastIndex(isFilled) + 1);
}

function edge(bin: number): number {
  return Number(((2 * bin) / BINS - 1).toFixed(2));
}

/** Cosines below which these shares of all pairs lie; none without pairs. */
export function quantilesOf(histogram: SimilarityHistogram): Record<string, number> {
  const found = QUANTILES.map((share) => [String(share), similarityQuantile(histogram, share)]);
  return Object.fromEntries(found.filter(([, cosine]) => cosine !== undefined));
}

function neighboursPerQuery(
  { counts, queries }: SimilarityHistogram,
  { lower, upper }: SimilarityBand,
): number {
  const binAt = (cosine: number): number => Math.round(((cosine + 1) / 2) * counts.length);
  const inside = counts.slice(Math.max(0, binAt(lower)), Math.max(0, binAt(upper)));
  return sum(inside) / Math.max(1, queries);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
