import type { RunDatabase } from "@megapairs/dataset";
import { similarityHistogram } from "@megapairs/mine";
import type { SimilarityBand, SimilarityHistogram } from "@megapairs/mine";
import type { RunRecord } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { asBand } from "./choose/choose-relations.ts";
import { parseConfig, settingsOf } from "./config/load-config.ts";
import type { RunConfig } from "./config/run-config.ts";
import { bandAtQuantiles, QUANTILE_BINS } from "./stages/resolve-bands.ts";
import { createVectors } from "./stages/vectors.ts";

/** Cosines of one relation of a run. */
export interface RelationHistogram {
  readonly relation: string;
  readonly settings: RunConfig["relations"][string];
  readonly matrix: EmbeddingMatrix;
  /** In bins of a ten thousandth. */
  readonly histogram: SimilarityHistogram;
  /** Of the settings, as cosines. */
  readonly band: SimilarityBand;
}

/** Options of {@link relationHistograms}. */
export interface RelationHistogramsOptions {
  readonly record: RunRecord;
  readonly database: RunDatabase;
  /** Queries compared with all images. */
  readonly sample: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * The cosines of every relation of an embedded run, one relation after the other, by name.
 * `invalid-argument` where nothing is embedded.
 */
export async function* relationHistograms(
  options: RelationHistogramsOptions,
): AsyncGenerator<RelationHistogram> {
  const { record, database, sample, seed, signal } = options;
  const { ingest, embed } = record.stages;
  if (ingest?.digest == null || embed?.state !== "done") {
    throw new MegaPairsError(
      "invalid-argument",
      "The run has no vectors yet: megapairs run --until embed makes them.",
    );
  }
  const { relations } = parseConfig(settingsOf(record.settings), "the run");
  const vectors = createVectors(database, ingest.digest);
  for (const relation of Object.keys(relations).toSorted()) {
    const settings = relations[relation]!;
    const fingerprint = embed.fingerprints[relation];
    if (fingerprint === undefined) continue;
    const { input } = settings;
    const matrix = await vectors.read({ name: relation, input, encoder: { fingerprint } });
    const counted = { matrix, bins: QUANTILE_BINS, sample, seed, signal };
    const histogram = await similarityHistogram(counted);
    const given = asBand(settings.band);
    const band = "quantiles" in given ? bandAtQuantiles(relation, given, histogram) : given;
    yield { relation, settings, matrix, histogram, band };
  }
}
