import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeImage, parsePreprocessorConfig, preprocess } from "@megapairs/image";
import { createOnnxModel, createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import type { Contender, EmbedWork } from "./contender.ts";

/**
 * The limit: the same model, fed with tensors that were made beforehand. Two calls are in flight, so
 * that the session never waits.
 */
export async function createReadyTensors(work: EmbedWork): Promise<Contender> {
  const config: unknown = JSON.parse(
    await readFile(join(work.model, "preprocessor_config.json"), "utf8"),
  );
  const preprocessing = parsePreprocessorConfig(config);
  const { width, height } = preprocessing;
  const batches: OnnxTensor[] = [];
  for (let start = 0; start < work.files.length; start += work.batchSize) {
    const files = work.files.slice(start, start + work.batchSize);
    const pixels = new Float32Array(files.length * 3 * height * width);
    for (const [row, file] of files.entries()) {
      const picture = await decodeImage(await readFile(file));
      pixels.set(preprocess(picture, preprocessing), row * 3 * height * width);
    }
    batches.push(createOnnxTensor("float32", pixels, [files.length, 3, height, width]));
  }

  const path = join(work.model, "onnx/vision_model.onnx");
  const model = await createOnnxModel({ model: path, threads: work.threads });
  const output = ["image_embeds", "pooler_output"].find((name) =>
    model.outputs.some((one) => one.name === name),
  );
  if (output === undefined) throw new Error(`${path} has no image_embeds and no pooler_output`);

  const run = async (batch: OnnxTensor): Promise<Float32Array> => {
    const tensor = (await model.run({ pixel_values: batch }, { outputs: [output] }))[output];
    if (tensor?.dataType !== "float32") throw new Error(`${output} is not float32`);
    return tensor.data;
  };
  return {
    facts: {},
    embed: async (count) => {
      const parts: Float32Array[] = [];
      const calls: Promise<Float32Array>[] = [];
      for (const batch of batches.slice(0, Math.ceil(count / work.batchSize))) {
        calls.push(run(batch));
        if (calls.length === 2) parts.push(await calls.shift()!);
      }
      parts.push(...(await Promise.all(calls)));
      return joinParts(parts);
    },
  };
}

function joinParts(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
