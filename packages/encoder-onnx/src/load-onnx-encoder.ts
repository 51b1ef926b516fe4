import { join } from "node:path";
import type { OnnxModel, OnnxModelSettings } from "@megapairs/onnx";
import { fingerprintOnnxModel, sha256OfFile } from "@megapairs/onnx";
import type { EncoderV1, JsonValue } from "@megapairs/spec";
import { checkMaxBatch } from "./check-max-batch.ts";
import { createTowerEncoder } from "./create-tower-encoder.ts";
import type { TowerChoice } from "./files/select-model-files.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import type { HubSettings } from "./hub/hub-settings.ts";
import type { ModelFolder } from "./open-model-folder.ts";
import { openModelFolder } from "./open-model-folder.ts";
import type { OpenTowers } from "./open-towers.ts";
import { openTowers } from "./open-towers.ts";
import type { Pooling } from "./towers/feature-output.ts";

/** Settings of {@link loadOnnxEncoder}. */
export interface OnnxEncoderSettings extends HubSettings {
  /**
   * A folder in the layout of transformers.js repositories, or a hub id where there is no such
   * folder: `config.json`, `preprocessor_config.json`, `tokenizer.json`, `tokenizer_config.json`, and
   * `onnx/vision_model.onnx` with `onnx/text_model.onnx`, or one `onnx/model.onnx`.
   */
  readonly model: string;
  /**
   * Which files: `fp32` the plain ones, any other name a suffix (`fp16`, `quantized`, `int8`, `q4`).
   * Default `fp32`.
   */
  readonly variant?: string | undefined;
  /** Default: both where the model has both. `image` alone needs no text files. */
  readonly tower?: TowerChoice | undefined;
  /**
   * How the tokens of the image tower become one embedding. Default: the projected output of CLIP
   * and SigLIP, the CLS token of DINOv2 and ViT.
   */
  readonly pooling?: Pooling | undefined;
  /** Default: the hub id, or the folder's name. */
  readonly modelId?: string | undefined;
  /** Default `cpu`; see `createOnnxModel`. */
  readonly device?: OnnxModelSettings["device"];
  /** Threads of each tower. Default: all cores. */
  readonly threads?: number | undefined;
  /** Most inputs in one call. Default 32. */
  readonly maxBatch?: number | undefined;
}

/**
 * Loads a CLIP, SigLIP, DINOv2 or ViT model exported to ONNX. `model_type` in `config.json` decides:
 * `clip` and `siglip` take text, images and both composed, the others images.
 *
 * A composed input is raw image feature + raw text feature, then one L2 norm (MMRet-CLIP in arXiv
 * 2412.14475). One graph for both towers gives features that are normalised already, so that a model with
 * nothing but `onnx/model.onnx` takes no composed inputs; the absent tower is fed a placeholder.
 *
 * Text is cut to the context length, its end mark kept. Where a graph is quantised dynamically, rows
 * go through it one at a time: its scales come from the whole batch, and an embedding must not depend
 * on its neighbours.
 *
 * Rejects with `invalid-argument` where files are missing (naming what was found) or graphs have
 * other inputs and outputs, `unsupported` on another `model_type`, `corrupt-data` on files that do
 * not hold what they should, and as `resolveHubModel` and `createOnnxModel` do.
 */
export async function loadOnnxEncoder(settings: OnnxEncoderSettings): Promise<EncoderV1> {
  const { variant = "fp32", tower: towerChoice = "both", pooling, device, threads } = settings;
  const maxBatch = checkMaxBatch(settings.maxBatch);
  const found = await openModelFolder({ ...settings, variant, towers: towerChoice });
  const models = new Map<string, OnnxModel>();
  const dispose = async (): Promise<void> => {
    await Promise.all([...models.values()].map((model) => model.dispose()));
  };
  try {
    const towers = await openTowers({ ...found, pooling, maxBatch, device, threads }, models);
    return createTowerEncoder({
      modelId: settings.modelId ?? found.modelId,
      fingerprint: await fingerprint(found, towers, settings.signal),
      maxBatch,
      image: towers.image,
      text: towers.text,
      isComposable: found.files.image !== found.files.text,
      dispose,
    });
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function fingerprint(
  { folder, files, config }: ModelFolder,
  { preprocessing, outputs }: OpenTowers,
  signal: AbortSignal | undefined,
): Promise<string> {
  const digests: Record<string, JsonValue> = {};
  for (const [tower, path] of [
    ["image", files.image],
    ["text", files.text],
  ] as const) {
    if (path !== undefined)
      digests[tower] = await fingerprintOnnxModel(join(folder, path), { signal });
  }
  for (const path of ["tokenizer.json", "tokenizer_config.json"]) {
    if (files.all.includes(path))
      digests[path] = await sha256OfFile(join(folder, path), { signal });
  }
  return fingerprintOf({
    kind: config.modelType,
    digests,
    preprocessing:
      preprocessing === undefined
        ? null
        : { ...preprocessing, resize: preprocessing.resize ?? null },
    outputs: outputs.map(({ name, pooling, prefixTokens }) => ({
      name,
      pooling: pooling ?? null,
      prefixTokens,
    })),
    contextLength: config.contextLength,
    padding: config.family.text?.padding ?? null,
  });
}
