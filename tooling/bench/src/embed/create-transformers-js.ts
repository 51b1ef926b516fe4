import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Contender, EmbedWork } from "./contender.ts";

/** As much of the interface of `@huggingface/transformers` 4 as is used here. */
interface TransformersJs {
  readonly env: { allowRemoteModels: boolean; readonly version: string };
  readonly RawImage: { read(path: string): Promise<object> };
  readonly AutoImageProcessor: FromPretrained<(images: readonly object[]) => Promise<object>>;
  readonly CLIPVisionModelWithProjection: FromPretrained<(inputs: object) => Promise<ModelOutputs>>;
  readonly SiglipVisionModel: FromPretrained<(inputs: object) => Promise<ModelOutputs>>;
}

interface FromPretrained<Loaded> {
  from_pretrained(path: string, options?: object): Promise<Loaded>;
}

type ModelOutputs = Readonly<Record<string, { readonly data: Float32Array } | undefined>>;

/**
 * transformers.js on onnxruntime-node's CPU, at its best: the next batch's files are read and decoded
 * (by sharp, on libuv's threads) while the model has the current one.
 */
export async function createTransformersJs(work: EmbedWork): Promise<Contender> {
  if (work.peers === undefined) throw new Error("the peers are not installed");
  const load = createRequire(join(work.peers, "package.json"));
  const library = load("@huggingface/transformers") as TransformersJs;
  library.env.allowRemoteModels = false;
  const config = JSON.parse(await readFile(join(work.model, "config.json"), "utf8")) as {
    readonly model_type: string;
  };
  const family = config.model_type.startsWith("siglip")
    ? library.SiglipVisionModel
    : library.CLIPVisionModelWithProjection;
  const processor = await library.AutoImageProcessor.from_pretrained(work.model);
  const model = await family.from_pretrained(work.model, {
    dtype: "fp32",
    device: "cpu",
    session_options: { intraOpNumThreads: work.threads, interOpNumThreads: 1 },
  });

  const read = (start: number, count: number): Promise<object[]> =>
    Promise.all(
      work.files
        .slice(start, Math.min(start + work.batchSize, count))
        .map((file) => library.RawImage.read(file)),
    );
  return {
    facts: {
      version: library.env.version,
      onnxruntime: (load("onnxruntime-node/package.json") as { version: string }).version,
    },
    embed: async (count) => {
      const parts: Float32Array[] = [];
      let next = read(0, count);
      for (let start = 0; start < count; start += work.batchSize) {
        const inputs = await processor(await next);
        next = read(start + work.batchSize, count);
        const outputs = await model(inputs);
        const embeddings = outputs["image_embeds"] ?? outputs["pooler_output"];
        if (embeddings === undefined) throw new Error("no image_embeds and no pooler_output");
        parts.push(embeddings.data);
      }
      return Float32Array.from(parts.flatMap((part) => [...part]));
    },
  };
}
