import { dirname, resolve } from "node:path";
import { parsePreprocessorConfig } from "@megapairs/image";
import type { EncoderV1 } from "@megapairs/spec";
import { z } from "zod";
import type { ImageOnnxEncoderSettings } from "./create-image-onnx-encoder.ts";
import { createImageOnnxEncoder } from "./create-image-onnx-encoder.ts";
import { readJsonFile } from "./files/read-json-file.ts";
import { validateJson } from "./files/validate-json.ts";

const descriptionSchema = z.strictObject({
  model: z.string(),
  modelId: z.string().optional(),
  preprocessing: z.unknown(),
  input: z.string().optional(),
  output: z.string().optional(),
  pooling: z.enum(["cls", "mean", "pooler"]).optional(),
  prefixTokens: z.int().nonnegative().optional(),
});

/** Options of {@link loadImageOnnxEncoder}: what a machine decides, not a model. */
export type LoadImageOnnxEncoderOptions = Pick<
  ImageOnnxEncoderSettings,
  "device" | "threads" | "maxBatch"
>;

/**
 * Makes an encoder out of a JSON file that describes an image model: `{model, modelId?, preprocessing,
 * input?, output?, pooling?, prefixTokens?}`. `model` is a path relative to the JSON file;
 * `preprocessing` is what `parsePreprocessorConfig` of `@megapairs/image` reads; the rest is as in
 * {@link createImageOnnxEncoder}.
 *
 * Rejects like that function, and with `corrupt-data` where the JSON does not fit.
 */
export async function loadImageOnnxEncoder(
  jsonPath: string,
  options: LoadImageOnnxEncoderOptions = {},
): Promise<EncoderV1> {
  const description = validateJson(descriptionSchema, await readJsonFile(jsonPath), jsonPath);
  return createImageOnnxEncoder({
    ...options,
    ...description,
    model: resolve(dirname(jsonPath), description.model),
    modelId: description.modelId ?? description.model,
    preprocessing: parsePreprocessorConfig(description.preprocessing),
  });
}
