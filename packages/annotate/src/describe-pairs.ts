import type { DescriptionRecord, PairRecord, RejectRecord } from "@megapairs/spec";
import type { AnnotateRunOptions } from "./annotate-items.ts";
import { annotateItems } from "./annotate-items.ts";
import type { DescribeSettings } from "./describe-pair.ts";
import { assertTakesTwoImages, describePair } from "./describe-pair.ts";
import type { LoadImage } from "./recent-images.ts";
import { recentImages } from "./recent-images.ts";

/** Options of {@link describePairs}. */
export interface DescribePairsOptions extends DescribeSettings, AnnotateRunOptions {
  readonly pairs: readonly PairRecord[];
  readonly loadImage: LoadImage;
}

/** Descriptions and rejects, each in the order of the pairs; every pair is in one of them. */
export interface DescribePairsResult {
  readonly descriptions: readonly DescriptionRecord[];
  /** `item` is the pair's id. */
  readonly rejects: readonly RejectRecord[];
}

/**
 * Stage 1 over many pairs: {@link describePair} for each, some at once, pairs of one query image
 * close together. The rows depend on pairs, images, settings and answers alone.
 *
 * A pair that fails by `rejected`, `unsupported`, `invalid-output` or `corrupt-data` becomes a
 * reject. Anything else stops the run, and so do HTTP 401, 403 and 404 and the breaker: the pairs in
 * work finish, then the error is thrown. Nothing is lost where the backend has a ledger: run again.
 * `unsupported`, at once, where the backend takes fewer than two images.
 */
export async function describePairs(options: DescribePairsOptions): Promise<DescribePairsResult> {
  const { pairs, loadImage, concurrency = 16 } = options;
  assertTakesTwoImages(options.backend);
  const loadQuery = recentImages(loadImage, concurrency);

  const { rows, rejects } = await annotateItems({
    ...options,
    stage: "describe",
    items: pairs,
    idOf: (pair) => pair.id,
    orderKey: (pair) => pair.queryId,
    work: async (pair): Promise<DescriptionRecord> => {
      const [query, target] = await Promise.all([
        loadQuery(pair.queryId),
        loadImage(pair.targetId),
      ]);
      const described = await describePair({ ...options, pairId: pair.id, query, target });
      return { pairId: pair.id, text: described.text, wordLimit: described.wordLimit };
    },
  });
  return { descriptions: rows, rejects };
}
