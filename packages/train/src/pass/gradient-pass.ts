import type { InPlaceModelSettings } from "@megapairs/onnx";
import type { Tower } from "@megapairs/towers";
import type { PixelNormalizer } from "../data/pixel-normalizer.ts";
import type { TrainingBatch } from "../data/training-batch.ts";
import type { ParameterMemory } from "../memory/parameter-memory.ts";
import type { BatchCapacity } from "./feature-layout.ts";

/** What a batch gave. */
interface PassResult {
  readonly loss: number;
  /** Share of queries whose positive scores highest among the candidates. */
  readonly accuracy: number;
}

/** Computes the loss and the gradients of a batch. */
export interface GradientPass {
  /** Adds the gradients of a batch to those in the memory. */
  run(batch: TrainingBatch, signal?: AbortSignal): Promise<PassResult>;
  dispose(): Promise<void>;
}

/** What both kinds of passes are made of. */
export interface GradientPassSettings {
  readonly towers: readonly Tower[];
  readonly memory: ParameterMemory;
  readonly capacity: BatchCapacity;
  /** Sizes of the towers' open dimensions besides `batch`. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** See `contrastiveLossGraph`. */
  readonly temperature: number | "learned";
  readonly direction: "query-to-candidate" | "both";
  /** Compute the insides of the towers' blocks again in the backward pass. */
  readonly recompute: boolean;
  /** Normalises pictures that come as uint8. */
  readonly normalize?: PixelNormalizer | undefined;
  readonly session?: Pick<InPlaceModelSettings, "device" | "threads"> | undefined;
}

/** Name of the weight that a learned temperature is. */
export const LOGIT_SCALE = "logit_scale";
