import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createTextTokenizer } from "@megapairs/encoder-onnx";
import type { TextTokenizer } from "@megapairs/encoder-onnx";
import { parsePreprocessorConfig } from "@megapairs/image";
import type { Preprocessing } from "@megapairs/image";
import { sha256OfFile } from "@megapairs/onnx";
import { referenceModelPath } from "@megapairs/scenes";
import { MegaPairsError } from "@megapairs/spec";
import type { JsonValue } from "@megapairs/spec";
import { addLora, loadClipModel } from "@megapairs/towers";
import type { ClipModel, LoraModel } from "@megapairs/towers";
import type { SampleSet } from "@megapairs/train";
import type { TrainConfig } from "../config/train-config.ts";
import { parseModelFile, readModelFiles } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";
import { createNewModel } from "./new-model.ts";

/** What training begins with. */
export interface TrainingStart {
  /** As loaded or made: what LoRA is added to. */
  readonly base: ClipModel;
  /** What is trained: the base, or the base with additions. */
  readonly model: ClipModel | LoraModel<ClipModel>;
  readonly files: ModelFiles;
  readonly preprocessing: Preprocessing;
  readonly tokenizer: TextTokenizer;
  /** Tokens of a text, padding included. */
  readonly sequence: number;
  /** Names the weights, files and config that training begins with. */
  readonly facts: Readonly<Record<string, JsonValue>>;
}

/** Opens or makes the model that settings name. Rejects as `loadClipModel` does, and naming files that are missing. */
export async function openStart(config: TrainConfig, samples: SampleSet): Promise<TrainingStart> {
  const { folder } = config.model;
  const place = folder === undefined ? undefined : await modelFolder(folder);
  const { model: base, files } =
    place === undefined
      ? await createNewModel(config, samples)
      : { model: await loadClipModel(place, { shared: true }), files: await readModelFiles(place) };
  const { text_config: text, vision_config: vision } = base.config;
  const sequence = config.sequence ?? text.max_position_embeddings;
  if (sequence > text.max_position_embeddings) {
    throw new MegaPairsError(
      "invalid-argument",
      `sequence is ${sequence}, expected at most the ${text.max_position_embeddings} tokens that the model takes.`,
    );
  }
  const preprocessing = parsePreprocessorConfig(parseModelFile(files, "preprocessor_config.json"));
  if (preprocessing.width !== vision.image_size || preprocessing.height !== vision.image_size) {
    throw new MegaPairsError(
      "corrupt-data",
      `preprocessor_config.json gives pictures of ${preprocessing.width} x ${preprocessing.height}, the model takes ${vision.image_size} x ${vision.image_size}`,
    );
  }
  const tokenizer = createTextTokenizer({
    tokenizer: parseModelFile(files, "tokenizer.json"),
    config: parseModelFile(files, "tokenizer_config.json"),
    contextLength: sequence,
    padding: "context",
  });
  checkMarks(tokenizer, text);
  return {
    base,
    model: withLora(base, config),
    files,
    preprocessing,
    tokenizer,
    sequence,
    facts: {
      config: JSON.parse(JSON.stringify(base.config)),
      weights: place === undefined ? "random" : await sha256OfWeights(place),
      files: Object.fromEntries(
        Object.entries(files).map(([name, content]) => [name, sha256(content)]),
      ),
    },
  };
}

/** The base, or the base with the additions that settings ask for. */
export function withLora(
  base: ClipModel,
  { train, seed }: Pick<TrainConfig, "train" | "seed">,
): ClipModel | LoraModel<ClipModel> {
  if (train === "all" || !("lora" in train)) return base;
  return addLora(base, { ...train.lora, seed, shared: true });
}

/** A model's folder, that of the model which a training run exported, or that of `scenes/clip`. */
export async function modelFolder(folder: string): Promise<string> {
  if (folder === "scenes/clip") return referenceModelPath("clip");
  for (const place of [folder, join(folder, "model")]) {
    if ((await stat(join(place, "config.json")).catch(() => undefined)) !== undefined) return place;
  }
  throw new MegaPairsError(
    "invalid-argument",
    `${folder} has no config.json, neither itself nor in model: it is no model's folder and no finished training run.`,
  );
}

/** A text ends where the model looks for its end. */
function checkMarks(tokenizer: TextTokenizer, text: ClipModel["config"]["text_config"]): void {
  const ids = tokenizer.tokenize("a");
  const end = ids.at(-1) ?? -1;
  const highest = Math.max(...ids);
  const isOld = text.eos_token_id === 2; // there the highest id is the end mark
  if (highest < text.vocab_size && (isOld ? end === highest : end === text.eos_token_id)) return;
  throw new MegaPairsError(
    "corrupt-data",
    `tokenizer.json ends texts with ${end}, expected the eos_token_id ${text.eos_token_id} of config.json, below its vocab_size ${text.vocab_size}`,
  );
}

/** SHA-256 of a model folder's weights, or of the index of their files. */
export async function sha256OfWeights(folder: string): Promise<string> {
  for (const name of ["model.safetensors", "model.safetensors.index.json"]) {
    const file = join(folder, name);
    if ((await stat(file).catch(() => undefined)) !== undefined) return await sha256OfFile(file);
  }
  return "unknown";
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
