import type { RunDatabase } from "@megapairs/dataset";
import {
  sampleSimilarPairs,
  similarityHistogram,
  similarityQuantile,
  suggestBand,
} from "@megapairs/mine";
import type { SimilarPair, SimilarityBand, SimilarityHistogram } from "@megapairs/mine";
import type { RunRecord } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { asBand } from "./choose/choose-relations.ts";
import { parseConfig, settingsOf } from "./config/load-config.ts";
import { bandAtQuantiles, QUANTILE_BINS } from "./stages/resolve-bands.ts";
import { createVectors } from "./stages/vectors.ts";

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
export interface CalibrateRunOptions {
  readonly record: RunRecord;
  readonly database: RunDatabase;
  /** Queries compared with all images. */
  readonly sample: number;
  readonly pairsPerBin: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const BINS = 40;
const QUANTILES = [0.5, 0.9, 0.99, 0.999, 0.9995, 0.9999];

/** Looks at the cosines of every relation of an embedded run. `invalid-argument` where nothing is embedded. */
export async function calibrateRun(options: CalibrateRunOptions): Promise<Calibration[]> {
  const { record, database, sample, pairsPerBin, seed, signal } = options;
  const { ingest, embed } = record.stages;
  if (ingest?.digest == null || embed?.state !== "done") {
    throw new MegaPairsError(
      "invalid-argument",
      "The run has no vectors yet: megapairs run --until embed makes them.",
    );
  }
  const config = parseConfig(settingsOf(record.settings), "the run");
  const vectors = createVectors(database, ingest.digest);
  const calibrations: Calibration[] = [];
  for (const name of Object.keys(config.relations).toSorted()) {
    const { input, band, neighbours } = config.relations[name]!;
    const fingerprint = embed.fingerprints[name];
    if (fingerprint === undefined) continue;
    const matrix = await vectors.read({ name, input, encoder: { fingerprint } });
    const histogram = await similarityHistogram({
      matrix,
      bins: QUANTILE_BINS,
      sample,
      seed,
      signal,
    });
    const given = asBand(band);
    const cosines = "quantiles" in given ? bandAtQuantiles(name, given, histogram) : given;
    const { upper } = cosines;
    const samples = { matrix, bins: BINS, pairsPerBin, sample, seed, signal };
    calibrations.push({
      relation: name,
      images: matrix.ids.length,
      sampledQueries: histogram.queries,
      bins: binsOf(histogram, await sampleSimilarPairs(samples)),
      quantiles: quantilesOf(histogram),
      band: cosines,
      neighboursPerQuery: neighboursPerQuery(histogram, cosines),
      proposed: suggestBand({ histogram, upper, neighboursPerQuery: neighbours }) ?? null,
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

function quantilesOf(histogram: SimilarityHistogram): Record<string, number> {
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
