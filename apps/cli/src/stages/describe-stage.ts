import { annotatePromptVersion, createRejectionBreaker, describePairs } from "@megapairs/annotate";
import type { RunDatabase } from "@megapairs/dataset";
import { fitImage } from "@megapairs/image";
import type { Stage } from "@megapairs/run";
import type { ImageBytes, VlmBackendV1 } from "@megapairs/spec";
import { createImageLoader } from "./image-loader.ts";
import { shardsOfStage } from "./shards-of-stage.ts";
import { toRows } from "./to-rows.ts";

/** What {@link createDescribeStage} reads and how. */
export interface DescribeStageSettings {
  readonly database: RunDatabase;
  readonly backend: VlmBackendV1;
  readonly seed: number;
  readonly temperature: number;
  readonly concurrency: number;
  /** Most pixels of a picture sent to the backend. */
  readonly imagePixels: number;
  /** Identity of the pairs stage. */
  readonly pairs: string;
}

/** `pairs` → `descriptions`: what the two images share and how each differs. */
export function createDescribeStage(settings: DescribeStageSettings): Stage<string> {
  const { database, backend, seed, temperature, concurrency, imagePixels, pairs } = settings;
  const breaker = createRejectionBreaker();
  const readImage = createImageLoader(database);

  async function loadImage(id: string): Promise<ImageBytes> {
    const { bytes, mediaType } = await readImage(id);
    return fitImage({ type: "bytes", bytes, mediaType }, { maxPixels: imagePixels });
  }

  return {
    name: "describe",
    version: 1,
    resource: "vlm",
    settings: {
      model: `${backend.provider}/${backend.modelId}`,
      prompt: annotatePromptVersion.describe,
      seed,
      temperature,
      imagePixels,
    },
    inputs: [pairs],
    tables: ["descriptions"],

    plan: () => shardsOfStage(database, pairs, "pairs"),

    async execute({ input: shard, signal, report }) {
      const { descriptions, rejects } = await describePairs({
        pairs: await Array.fromAsync(database.readPairs({ shard })),
        loadImage,
        backend,
        seed,
        temperature,
        concurrency,
        breaker,
        signal,
        onProgress: ({ done }) => report(done),
      });
      return { tables: { descriptions: toRows(descriptions) }, rejects };
    },
  };
}
