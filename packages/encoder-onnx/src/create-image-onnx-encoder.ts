import type { Preprocessing } from "@megapairs/image";
import type { OnnxModelSettings } from "@megapairs/onnx";
import { createOnnxModel, fingerprintOnnxModel } from "@megapairs/onnx";
import type { EncoderV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { checkMaxBatch } from "./check-max-batch.ts";
import { createTowerEncoder } from "./create-tower-encoder.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import type { FeatureOutput, Pooling } from "./towers/feature-output.ts";
import { chooseFeatureOutput } from "./towers/feature-output.ts";
import { createGraphRows } from "./towers/graph-rows.ts";
import { createImageTower } from "./towers/image-tower.ts";
import { rowsPerRun } from "./towers/rows-per-run.ts";

/** Settings of {@link createImageOnnxEncoder}. */
export interface ImageOnnxEncoderSettings {
  /** Path of an `.onnx` file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly preprocessing: Preprocessing;
  /** Name of the input, float32 `[rows, 3, height, width]`. Default: the only one there is. */
  readonly input?: string | undefined;
  /**
   * Name of the output, float32 `[rows, dimensions]`, or `[rows, tokens, dimensions]` with a
   * `pooling`. Default: the only one there is, else `last_hidden_state` or `pooler_output`.
   */
  readonly output?: string | undefined;
  /** How tokens become one embedding. Default: `cls` for `last_hidden_state`, else none. */
  readonly pooling?: Pooling | undefined;
  /** Tokens at the start that `mean` leaves out: CLS and registers. Default 1. */
  readonly prefixTokens?: number | undefined;
  /** Default: the path, or `image-onnx`. */
  readonly modelId?: string | undefined;
  /** Default `cpu`; see `createOnnxModel`. */
  readonly device?: OnnxModelSettings["device"];
  /** Default: all cores. */
  readonly threads?: number | undefined;
  /** Most pictures in one call. Default 32. */
  readonly maxBatch?: number | undefined;
}

/**
 * Makes an encoder out of any ONNX model that takes one picture a row. Runs it once, to learn its
 * dimensions.
 *
 * Rejects with `invalid-argument` where the file is missing or its inputs and outputs do not fit,
 * `corrupt-data` where it is no ONNX model, `unsupported` as `createOnnxModel` does.
 */
export async function createImageOnnxEncoder(
  settings: ImageOnnxEncoderSettings,
): Promise<EncoderV1> {
  const { model: file, preprocessing, pooling, prefixTokens = 1, device, threads } = settings;
  const modelId = settings.modelId ?? (typeof file === "string" ? file : "image-onnx");
  const maxBatch = checkMaxBatch(settings.maxBatch);
  const model = await createOnnxModel({ model: file, device, threads, modelName: modelId });
  try {
    const input = chooseName(modelId, "input", model.inputs, settings.input);
    const only = model.outputs.length === 1 ? model.outputs[0]?.name : undefined;
    const name = settings.output ?? only;
    const output: FeatureOutput =
      name === undefined
        ? chooseFeatureOutput(model, { outputs: [], prefixTokens, pooling })
        : {
            name: chooseName(modelId, "output", model.outputs, name),
            pooling: pooling === "pooler" ? undefined : pooling,
            prefixTokens,
          };
    const image = await createImageTower({
      run: createGraphRows({ model, output, input }),
      input,
      preprocessing,
      rowsPerRun: await rowsPerRun(model, file, input, Math.min(8, maxBatch)),
    });
    const weights = await fingerprintOnnxModel(file);
    const fingerprint = fingerprintOf({
      kind: "image-onnx",
      weights,
      preprocessing: { ...preprocessing, resize: preprocessing.resize ?? null },
      input,
      output: { name: output.name, pooling: output.pooling ?? null, prefixTokens },
    });
    const dispose = (): Promise<void> => model.dispose();
    return createTowerEncoder({
      modelId,
      fingerprint,
      maxBatch,
      image,
      isComposable: false,
      dispose,
    });
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function chooseName(
  modelId: string,
  kind: "input" | "output",
  values: readonly { readonly name: string }[],
  wish: string | undefined,
): string {
  const names = values.map(({ name }) => name);
  const [only] = names;
  if (wish === undefined && only !== undefined && names.length === 1) return only;
  if (wish !== undefined && names.includes(wish)) return wish;
  throw new MegaPairsError(
    "invalid-argument",
    `${modelId} has the ${kind}s ${names.join(", ")}, expected ${wish === undefined ? `the setting "${kind}" to name one` : `"${wish}"`}`,
  );
}
