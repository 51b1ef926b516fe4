import { clipConfigs, createClipModel } from "@megapairs/towers";
import { estimateTraining } from "@megapairs/train";
import type { TrainWork } from "./train-work.ts";

/** GFLOP of the matrix products of one forward and backward pass, as the trainer's graphs have them. */
export function countTrainingFlops({ batch, chunk }: TrainWork): number {
  const { flops } = estimateTraining({
    model: createClipModel(clipConfigs["clip-vit-base-patch32"]),
    capacity: { queries: batch, candidates: batch, rows: { image: batch, text: batch } },
    dimensions: { sequence: 77 },
    temperature: "learned",
    direction: "both",
    chunk: chunk === 0 ? undefined : chunk,
  });
  return flops.all / 1e9;
}
