import type { Preprocessing } from "@megapairs/image";

import type { BatchPlan } from "./plan-batch.ts";
import type { TrainingBatch } from "./training-batch.ts";

/** The pictures of a {@link BatchPlan}. */
export interface BatchPictures {
  /** How they were resized and cropped, and how they are to be normalised. */
  readonly preprocessing: Preprocessing;
  /** In the order of the plan's images: uint8 `[3, height, width]` each, not normalised. */
  readonly pixels: readonly Uint8Array[];
}

/**
 * Makes tensors of a planned batch: which towers there are, what their inputs are called, what a row
 * of them is, and which rows a query and a candidate are made of. Everything before that, which is
 * samples, draws, pictures and false negatives, is the same for every kind of model.
 *
 * Must depend on its arguments alone.
 */
export type Collate = (
  plan: BatchPlan,
  pictures: BatchPictures,
) => TrainingBatch | Promise<TrainingBatch>;
