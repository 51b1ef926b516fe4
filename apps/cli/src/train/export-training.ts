import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import type { JsonValue } from "@megapairs/spec";
import { createClipModel, loadClipModel, parseClipConfig } from "@megapairs/towers";
import type { ClipModel } from "@megapairs/towers";
import { readCheckpointState } from "@megapairs/train";
import { loadTrainConfig } from "../config/load-train-config.ts";
import type { TrainConfig } from "../config/train-config.ts";
import { readCheckpointWeights } from "./checkpoint-weights.ts";
import { readModelFiles } from "./model-files.ts";
import { modelFolder, sha256OfWeights, withLora } from "./open-start.ts";
import { trainingPaths } from "./training-paths.ts";
import { writeModelFolder } from "./write-model-folder.ts";

/** What to export of a training run, and where. */
export interface ExportTrainingOptions {
  /** Folder of the run. */
  readonly out: string;
  /** Default: the newest. */
  readonly checkpoint?: string | undefined;
  /** Default: what the run's settings say. */
  readonly which?: "average" | "last" | undefined;
  /** How weights are kept. Default F32. */
  readonly dataType?: "F32" | "F16" | undefined;
  /** Default: `model` in the run. */
  readonly folder?: string | undefined;
}

/** An exported model. */
export interface ExportedModel {
  readonly model: string;
  readonly checkpoint: string;
  readonly step: number;
  readonly weights: "average" | "last";
}

/** Exports the model of a checkpoint of a training run, which may be at work meanwhile. */
export async function exportTraining(options: ExportTrainingOptions): Promise<ExportedModel> {
  const { out, checkpoint, dataType } = options;
  const paths = trainingPaths(out);
  const config = await loadTrainConfig(undefined, { out });
  const which = options.which ?? exportedWeights(config);
  const { name, step, weights } = await readCheckpointWeights({
    folder: paths.checkpoints,
    name: checkpoint,
    which,
  });
  const { facts } = await readCheckpointState(join(paths.checkpoints, name));
  const folder = options.folder ?? paths.model;
  const base = await openBase(config, paths.start, facts);
  await writeModelFolder({
    model: withLora(base, config),
    trained: weights,
    temperature: typeof facts["temperature"] === "number" ? facts["temperature"] : "learned",
    files: await readModelFiles(paths.start),
    dataType,
    folder,
  });
  return { model: folder, checkpoint: name, step, weights: which };
}

/** Which weights settings export. */
function exportedWeights(config: Pick<TrainConfig, "export" | "averageDecay">): "average" | "last" {
  return config.export ?? (config.averageDecay === undefined ? "last" : "average");
}

/** The model that a run began with: its folder, or the random weights of its config and seed. */
async function openBase(
  { model, seed }: TrainConfig,
  start: string,
  facts: Readonly<Record<string, JsonValue>>,
): Promise<ClipModel> {
  if (model.folder !== undefined) {
    const folder = await modelFolder(model.folder);
    await checkWeights(folder, facts["model"]);
    return await loadClipModel(folder);
  }
  const file = join(start, "config.json");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new MegaPairsError("invalid-argument", `Cannot read ${file}.`, { cause });
  });
  return createClipModel(parseClipConfig(JSON.parse(text)), { seed });
}

/** What was frozen is taken from the folder again: it must be what it was. */
async function checkWeights(folder: string, known: JsonValue | undefined): Promise<void> {
  const isMapping = typeof known === "object" && known !== null && "weights" in known;
  const expected = isMapping ? known.weights : undefined;
  const found = await sha256OfWeights(folder);
  if (found === expected) return;
  throw new MegaPairsError(
    "invalid-argument",
    `${folder} holds other weights than those that the run began with: SHA-256 ${found}, expected ${JSON.stringify(expected)}`,
  );
}
