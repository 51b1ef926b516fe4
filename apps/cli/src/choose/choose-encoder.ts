import {
  createImageOnnxEncoder,
  loadImageOnnxEncoder,
  loadOnnxEncoder,
} from "@megapairs/encoder-onnx";
import type { LoadImageOnnxEncoderOptions, TowerChoice } from "@megapairs/encoder-onnx";
import { parsePreprocessorConfig } from "@megapairs/image";
import { createCaptionEncoder, createScenesEncoder, referenceModelPath } from "@megapairs/scenes";
import type { EncoderV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import type { EncoderConfig } from "../config/run-config.ts";

/** What a machine decides, not a model. */
type Machine = LoadImageOnnxEncoderOptions;

const BUILT_IN: Readonly<
  Record<string, (machine: Machine, tower: TowerChoice) => Promise<EncoderV1> | EncoderV1>
> = {
  "scenes/colour": () => createScenesEncoder({ kind: "colour" }),
  "scenes/pattern": () => createScenesEncoder({ kind: "pattern" }),
  "scenes/caption": () => createCaptionEncoder(),
  "scenes/clip": (machine, tower) =>
    loadOnnxEncoder({
      ...machine,
      model: referenceModelPath("clip"),
      modelId: "scenes/clip",
      tower,
    }),
  "scenes/views": (machine) => loadImageOnnxEncoder(referenceModelPath("views"), machine),
};

/**
 * The encoder that settings name: built in (`scenes/…`), a `.json` that describes one ONNX file, an
 * `.onnx` with its preprocessing, or a folder or hub id in the Hugging Face ONNX layout, of which
 * only the wanted tower is loaded (\`both\`: all it has).
 */
export async function chooseEncoder(config: EncoderConfig, tower: TowerChoice): Promise<EncoderV1> {
  const settings = typeof config === "string" ? { model: config } : config;
  const { preprocessing, input, output, offline, ...folder } = settings;
  const { model, pooling, device, threads, maxBatch } = settings;
  const machine = { device, threads, maxBatch };
  const builtIn = BUILT_IN[model];
  if (builtIn !== undefined) return builtIn(machine, tower);
  if (model.startsWith("scenes/")) {
    const known = Object.keys(BUILT_IN).join(", ");
    throw new MegaPairsError(
      "invalid-argument",
      `There is no encoder ${model}; expected one of ${known}.`,
    );
  }
  if (model.endsWith(".json")) return loadImageOnnxEncoder(model, machine);
  if (!model.endsWith(".onnx")) return loadOnnxEncoder({ ...folder, isOffline: offline, tower });
  if (preprocessing === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `${model} is a single ONNX file: describe its preprocessing in a JSON file, {"model": "…", "preprocessing": {…}}, and name that file.`,
    );
  }
  return createImageOnnxEncoder({
    ...machine,
    model,
    modelId: model,
    preprocessing: parsePreprocessorConfig(preprocessing),
    input,
    output,
    pooling,
  });
}
