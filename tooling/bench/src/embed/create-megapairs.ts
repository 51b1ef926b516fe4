import { readFile } from "node:fs/promises";
import { embedStream } from "@megapairs/embed";
import type { EmbedImage } from "@megapairs/embed";
import { loadOnnxEncoder } from "@megapairs/encoder-onnx";
import type { Contender, EmbedWork } from "./contender.ts";

/** Ours, as `megapairs embed` does it: files are read, decoded, prepared and embedded in one flow. */
export async function createMegaPairs(work: EmbedWork): Promise<Contender> {
  const { model, files, batchSize, threads } = work;
  const encoder = await loadOnnxEncoder({ model, threads, tower: "image" });
  return {
    facts: { modelId: encoder.modelId },
    embed: async (count) => {
      const vectors = new Float32Array(count * encoder.dimensions);
      let row = 0;
      const stream = embedStream({
        relations: [{ name: "I", encoder, input: "image" }],
        images: readImages(files.slice(0, count)),
        batchSize,
      });
      for await (const { embeddings, rejects } of stream) {
        const [reject] = rejects;
        if (reject !== undefined) throw new Error(`${reject.item}: ${reject.reason}`);
        for (const { vector } of embeddings["I"] ?? []) {
          vectors.set(vector, row * encoder.dimensions);
          row += 1;
        }
      }
      return vectors;
    },
  };
}

async function* readImages(files: readonly string[]): AsyncGenerator<EmbedImage> {
  for (const file of files) yield { id: file, bytes: await readFile(file) };
}
