import { join } from "node:path";
import { parsePreprocessorConfig } from "@megapairs/image";
import type { Preprocessing } from "@megapairs/image";
import type { OnnxModel, OnnxModelSettings } from "@megapairs/onnx";
import { createOnnxModel, createOnnxTensor } from "@megapairs/onnx";
import type { ImageSource } from "@megapairs/spec";
import type { ModelConfig } from "./files/model-family.ts";
import { readJsonFile } from "./files/read-json-file.ts";
import type { SelectedModelFiles } from "./files/select-model-files.ts";
import type { FeatureOutput, Pooling } from "./towers/feature-output.ts";
import { chooseFeatureOutput } from "./towers/feature-output.ts";
import { createGraphRows } from "./towers/graph-rows.ts";
import { createImageTower } from "./towers/image-tower.ts";
import { rowsPerRun } from "./towers/rows-per-run.ts";
import type { TextTokenizer } from "./towers/text-tokenizer.ts";
import { createTextTokenizer } from "./towers/text-tokenizer.ts";
import { createTextTower, textFeeds } from "./towers/text-tower.ts";
import type { Tower } from "./towers/tower.ts";

/** Settings of {@link openTowers}. */
export interface OpenTowersSettings {
  readonly folder: string;
  readonly files: SelectedModelFiles;
  readonly config: ModelConfig;
  readonly pooling: Pooling | undefined;
  /** Of the image tower's graph at once, at most. */
  readonly maxBatch: number;
  readonly device: OnnxModelSettings["device"];
  readonly threads: number | undefined;
}

/** The towers of a model, open, and what decided their numbers. */
export interface OpenTowers {
  readonly image: Tower<ImageSource> | undefined;
  readonly text: Tower<string> | undefined;
  readonly preprocessing: Preprocessing | undefined;
  readonly outputs: readonly FeatureOutput[];
}

/** Loads the graphs of a model into `models`, which the caller frees, and makes towers of them. */
export async function openTowers(
  settings: OpenTowersSettings,
  models: Map<string, OnnxModel>,
): Promise<OpenTowers> {
  const { folder, files, config, pooling, maxBatch, device, threads } = settings;
  const has = (name: string): boolean => files.all.includes(name);
  const preprocessing = has("preprocessor_config.json")
    ? parsePreprocessorConfig(await readJsonFile(join(folder, "preprocessor_config.json")))
    : undefined;

  const open = async (path: string): Promise<OnnxModel> => {
    const file = join(folder, path);
    const model =
      models.get(path) ??
      (await createOnnxModel({ model: file, device, threads, modelName: file }));
    models.set(path, model);
    return model;
  };
  const readsIds = files.text ?? files.image;
  const tokenizer =
    has("tokenizer.json") && readsIds !== undefined
      ? await openTokenizer(folder, config, await open(readsIds))
      : undefined;
  const fillIn = fillInFrom(preprocessing, tokenizer);

  let image: Tower<ImageSource> | undefined;
  let text: Tower<string> | undefined;
  const outputs: FeatureOutput[] = [];
  if (files.image !== undefined && preprocessing !== undefined) {
    const model = await open(files.image);
    const output = chooseFeatureOutput(model, { ...config.family.image, pooling });
    const input = "pixel_values";
    image = await createImageTower({
      run: createGraphRows({ model, output, input, fillIn }),
      input,
      preprocessing,
      rowsPerRun: await rowsPerRun(model, join(folder, files.image), input, Math.min(8, maxBatch)),
    });
    outputs.push(output);
  }
  if (files.text !== undefined && tokenizer !== undefined && config.family.text !== undefined) {
    const model = await open(files.text);
    const output = chooseFeatureOutput(model, { ...config.family.text, prefixTokens: 0 });
    const input = "input_ids";
    text = await createTextTower({
      run: createGraphRows({ model, output, input, fillIn }),
      tokenizer,
      takesInt32: takesInt32(model),
      rowsPerRun: await rowsPerRun(model, join(folder, files.text), input, maxBatch),
    });
    outputs.push(output);
  }
  return { image, text, preprocessing, outputs };
}

/** The model's tokenizer; a graph that was exported for one length of texts gets no other. */
async function openTokenizer(
  folder: string,
  config: ModelConfig,
  { inputs }: OnnxModel,
): Promise<TextTokenizer> {
  const length = inputs.find(({ name }) => name === "input_ids")?.dims[1];
  const isFixed = typeof length === "number";
  return createTextTokenizer({
    tokenizer: await readJsonFile(join(folder, "tokenizer.json")),
    config: await readJsonFile(join(folder, "tokenizer_config.json")),
    contextLength: isFixed ? length : config.contextLength,
    padding: isFixed ? "context" : (config.family.text?.padding ?? "longest"),
  });
}

/** What a graph of both towers gets for the tower that is not asked: a black picture, a letter. */
function fillInFrom(
  preprocessing: Preprocessing | undefined,
  tokenizer: TextTokenizer | undefined,
): Parameters<typeof createGraphRows>[0]["fillIn"] {
  return ({ name, dataType }, rows) => {
    if (name === "pixel_values" && preprocessing !== undefined) {
      const dims = [rows, 3, preprocessing.height, preprocessing.width];
      const values = new Float32Array(rows * 3 * preprocessing.height * preprocessing.width);
      return createOnnxTensor("float32", values, dims);
    }
    if (tokenizer === undefined) return undefined;
    const batch = tokenizer.encode(Array.from({ length: rows }, () => "a"));
    return textFeeds(batch, rows, dataType === "int32")[name];
  };
}

function takesInt32(model: OnnxModel): boolean {
  return model.inputs.some(({ name, dataType }) => name === "input_ids" && dataType === "int32");
}
