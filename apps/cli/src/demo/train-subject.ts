import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readMetrics } from "@megapairs/train";
import { parseTrainConfig } from "../config/load-train-config.ts";
import { makeDirectory } from "../output-file.ts";
import { runTraining } from "../train/run-training.ts";
import { trainingPaths } from "../train/training-paths.ts";
import type { DemoPlan, Subject } from "./demo-plan.ts";
import type { MinedTriplet } from "./mined-triplets.ts";
import type { Outcome } from "./outcome.ts";

/** What to train, on what. */
export interface TrainSubjectOptions {
  readonly subject: Exclude<Subject, { kind: "start" }>;
  readonly plan: Pick<DemoPlan, "start" | "train" | "minedNegatives">;
  readonly triplets: readonly MinedTriplet[];
  /** Folder of the pictures that triplets name. */
  readonly images: string;
  readonly seed: number;
  readonly threads: number;
  /** Folder of the training run. */
  readonly folder: string;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** A trained model and how it went. */
export interface TrainedSubject extends Pick<Outcome, "curve" | "steps" | "examples"> {
  /** Folder of the model. */
  readonly model: string;
}

/** Trains a subject as `megapairs train` does, or goes on. */
export async function trainSubject(options: TrainSubjectOptions): Promise<TrainedSubject> {
  const { subject, plan, triplets, images, seed, threads, folder, json, signal } = options;
  await makeDirectory(folder);
  const isCaptions = subject.kind === "captions";
  const lines = isCaptions ? captionLines(triplets) : triplets.map(tripletLine);
  const file = join(folder, isCaptions ? "captions.jsonl" : "megapairs.jsonl");
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { batch } = plan.train;
  const negatives = isCaptions ? 0 : hardNegatives(subject.negatives, plan.minedNegatives);
  const config = parseTrainConfig(
    {
      ...plan.train,
      // Captions have one picture a query: as many pictures a step as triplets with all negatives.
      ...(isCaptions && typeof batch === "number" && { batch: batch * (2 + plan.minedNegatives) }),
      out: join(folder, "train"),
      model: { folder: plan.start },
      data: { [isCaptions ? "captions" : "triplets"]: file, images },
      hardNegatives: negatives,
      seed,
      threads,
    },
    "the plan's training",
  );
  const { out, steps, model } = await runTraining({ config, force: false, json, signal });
  const metrics = await readMetrics(trainingPaths(out).metrics);
  const curve = metrics.map(({ step, loss, accuracy }) => ({ step, loss, accuracy }));
  return { model, steps, curve, examples: lines.length };
}

function hardNegatives(kind: "none" | "query" | "mined", mined: number): number {
  return { none: 0, query: 1, mined: 1 + mined }[kind];
}

function tripletLine(triplet: MinedTriplet): object {
  return {
    q_img: triplet.queryImage,
    q_text: triplet.instructions,
    t_img: triplet.targetImage,
    hns: triplet.hardNegativeImages,
  };
}

/** Each picture once, with its caption. */
function captionLines(triplets: readonly MinedTriplet[]): object[] {
  const captions = new Map<string, string>();
  for (const { queryImage, queryCaption, targetImage, targetCaption } of triplets) {
    if (queryCaption !== null) captions.set(queryImage, queryCaption);
    if (targetCaption !== null) captions.set(targetImage, targetCaption);
  }
  return [...captions.keys()].toSorted().map((image) => ({ image, caption: captions.get(image)! }));
}
