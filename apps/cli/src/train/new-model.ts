import { readFile } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";
import {
  clipConfigs,
  createClipModel,
  fitClipConfig,
  parseClipConfig,
  trainClipTokenizer,
} from "@megapairs/towers";
import type { ClipConfig, ClipModel } from "@megapairs/towers";
import type { SampleSet } from "@megapairs/train";
import type { TrainConfig } from "../config/train-config.ts";
import preprocessor from "./clip-preprocessor.json" with { type: "json" };
import { readTokenizerFiles } from "./model-files.ts";
import type { ModelFiles, TokenizerFiles } from "./model-files.ts";

/** A model of random weights with the files that belong to it. */
export interface NewModel {
  readonly model: ClipModel;
  readonly files: ModelFiles;
}

/** Texts that a tokenizer is learned from at most: more of the same do not change what it learns. */
const MOST_TEXTS = 100_000;

/** Makes a model with random weights as settings name it, with a tokenizer learned from the data or given. */
export async function createNewModel(
  config: Pick<TrainConfig, "model" | "seed" | "sequence">,
  samples: SampleSet,
): Promise<NewModel> {
  const { model, seed } = config;
  const named = model.initial === undefined ? undefined : clipConfigs[model.initial];
  const begun = named ?? (await readConfig(model.config ?? ""));
  const { tokenizer = "from-data" } = model;
  const contextLength = config.sequence ?? begun.text_config.max_position_embeddings;
  const vocabularySize = model.vocabulary ?? begun.text_config.vocab_size;
  const files =
    tokenizer === "from-data"
      ? await learnTokenizer(samples, { vocabularySize, contextLength })
      : await readTokenizerFiles(tokenizer);
  const fitted =
    tokenizer === "from-data" ? fitClipConfig(begun, JSON.parse(files["tokenizer.json"])) : begun;
  const text_config = { ...fitted.text_config, max_position_embeddings: contextLength };
  return {
    model: createClipModel({ ...fitted, text_config }, { seed, shared: true }),
    files: { ...files, "preprocessor_config.json": preprocessorOf(fitted) },
  };
}

async function readConfig(file: string): Promise<ClipConfig> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new MegaPairsError("invalid-argument", `Cannot read the model config ${file}.`, {
      cause,
    });
  });
  try {
    return parseClipConfig(JSON.parse(text));
  } catch (cause) {
    if (MegaPairsError.isInstance(cause)) throw cause;
    throw new MegaPairsError("corrupt-data", `${file} holds no JSON`, { cause });
  }
}

async function learnTokenizer(
  samples: SampleSet,
  settings: { readonly vocabularySize: number; readonly contextLength: number },
): Promise<TokenizerFiles> {
  const texts: string[] = [];
  const stride = Math.ceil(samples.count / MOST_TEXTS);
  for (let index = 0; index < samples.count; index += stride) {
    try {
      texts.push(...(await samples.read(index)).texts);
    } catch (error) {
      // The loader will name it as a reject when it comes to it.
      if (!MegaPairsError.isInstance(error) || error.code !== "corrupt-data") throw error;
    }
  }
  const { tokenizer, tokenizerConfig } = trainClipTokenizer(texts, settings);
  return {
    "tokenizer.json": `${JSON.stringify(tokenizer)}\n`,
    "tokenizer_config.json": `${JSON.stringify(tokenizerConfig, undefined, 2)}\n`,
  };
}

function preprocessorOf({ vision_config: { image_size: size } }: ClipConfig): string {
  const json = {
    ...preprocessor,
    size: { shortest_edge: size },
    crop_size: { height: size, width: size },
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}
