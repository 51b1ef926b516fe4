import type { ImageLimits, Preprocessing } from "@megapairs/image";
import type { RejectRecord } from "@megapairs/spec";

import type { Collate } from "./collate.ts";
import type { LoaderPosition } from "./loader-position.ts";
import type { SampleSet } from "./sample-set.ts";
import type { TrainingBatch } from "./training-batch.ts";

/** Settings of a {@link BatchLoader}. Those down to `limits` decide what the batches are. */
export interface BatchLoaderSettings {
  readonly samples: SampleSet;
  /** Queries in a batch: at least 1, and no more than the set has with `textsPerSample`. The paper: 2048. */
  readonly batchSize: number;
  /**
   * Texts of a sample in one batch, each a query with the same positive and none of them a negative of
   * another's; what exceeds the batch is left out. Default 1: one drawn at each visit, as the paper has it.
   */
  readonly textsPerSample?: number | undefined;
  /** Most hard negatives of a query, the query image included; 0 for none. The paper: 4. */
  readonly hardNegatives: number;
  /** Any whole number. */
  readonly seed: number;
  readonly preprocessing: Preprocessing;
  /** Makes the tensors: `createClipCollate`, or that of another form. */
  readonly collate: Collate;
  /** Default `mask`: see `planBatch`. */
  readonly falseNegatives?: "mask" | "keep" | undefined;
  /** What one file may cost to decode. Time is no limit: a clock would decide what is trained on. */
  readonly limits?: Partial<Omit<ImageLimits, "timeoutMs">> | undefined;
  /**
   * Most samples that are skipped in one batch before it rejects. Default 10,000: a wrong folder of
   * images shows in seconds, a scattering of broken files never stops a run.
   */
  readonly maxSkipped?: number | undefined;
  /**
   * Samples that are prepared beyond the batch in hand, each 3 x height x width bytes for every
   * picture it names. Default `batchSize`: the next batch is ready when a step ends.
   */
  readonly prefetch?: number | undefined;
  /**
   * Threads that resize pictures. Default a quarter of the cores, at least 1: training needs the
   * rest. Decoding runs on libuv's threads, of which a process has 4 unless `UV_THREADPOOL_SIZE` says.
   */
  readonly workers?: number | undefined;
  /** Samples that are read at once. Default 4 for each worker. */
  readonly concurrency?: number | undefined;
  /** Most bytes of pictures that are kept for later samples. Default 256 MiB. */
  readonly cacheBytes?: number | undefined;
}

/** A batch and what came with it. */
export interface LoadedBatch {
  readonly batch: TrainingBatch;
  /** Where the next batch begins: saved with the weights of this step, it resumes exactly. */
  readonly next: LoaderPosition;
  /**
   * Samples that were skipped on the way and hard negatives that were left out, in order. `item` is
   * the sample's id, or its place in the set where it cannot be read. As reproducible as the batch.
   */
  readonly rejects: readonly RejectRecord[];
  /** How many hard negatives the queries have less than asked for, all together. */
  readonly missingHardNegatives: number;
}

/** Options of one {@link BatchLoader.batches} call. */
export interface BatchesOptions {
  /** {@link LoadedBatch.next} of the last batch that was trained on. Default: the beginning. */
  readonly from?: LoaderPosition | undefined;
  /** Aborting rejects with its reason, after what is being read has ended. */
  readonly signal?: AbortSignal | undefined;
}

/** Batches of a sample set, from anywhere, without end. */
export interface BatchLoader {
  /**
   * Batches in order. Later ones are prepared while one is in use; leaving the loop ends that first.
   *
   * Rejects with `corrupt-data` when fewer samples can be used than a batch needs or more than
   * `maxSkipped` were skipped in one, `unavailable` when disks or threads fail, as the sample set
   * does on anything else, and as the collate does.
   */
  batches(options?: BatchesOptions): AsyncGenerator<LoadedBatch>;
  /** Frees the threads; the sample set stays open. Twice is harmless. */
  close(): Promise<void>;
}
