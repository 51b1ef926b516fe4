import type {
  DescriptionRecord,
  InstructionRecord,
  PairRecord,
  RejectRecord,
  VlmBackendV1,
} from "@megapairs/spec";
import type { AnnotateRunOptions } from "./annotate-items.ts";
import { describePairs } from "./describe-pairs.ts";
import { instructPairs } from "./instruct-pairs.ts";
import type { LoadImage } from "./recent-images.ts";

/** Options of {@link annotatePairs}. */
export interface AnnotatePairsOptions extends Omit<AnnotateRunOptions, "breaker"> {
  readonly pairs: readonly PairRecord[];
  readonly loadImage: LoadImage;
  /** Must take two images. */
  readonly describeBackend: VlmBackendV1;
  /** May be the same; needs no images. */
  readonly instructBackend: VlmBackendV1;
  /** Any whole number: equal seeds give equal requests. */
  readonly seed: number;
}

/** Both stages' rows and the rejects of both, stage 1 first, each in the order of the pairs. */
export interface AnnotatePairsResult {
  readonly descriptions: readonly DescriptionRecord[];
  readonly instructions: readonly InstructionRecord[];
  readonly rejects: readonly RejectRecord[];
}

/**
 * Both stages over many pairs, in memory. Wrap the backends first: `withLedger` over `withRetry`
 * over `withConcurrency`. Pipelines that store and resume use `describePairs` and `instructPairs`,
 * shard by shard; errors are as told there.
 */
export async function annotatePairs(options: AnnotatePairsOptions): Promise<AnnotatePairsResult> {
  const { describeBackend, instructBackend, ...rest } = options;
  const described = await describePairs({ ...rest, backend: describeBackend });
  const { descriptions } = described;
  const instructed = await instructPairs({ ...rest, descriptions, backend: instructBackend });
  return {
    descriptions,
    instructions: instructed.instructions,
    rejects: [...described.rejects, ...instructed.rejects],
  };
}
