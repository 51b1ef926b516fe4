import { createHash } from "node:crypto";

import type { ImageSource } from "@megapairs/spec";
import { onTestFinished } from "vitest";

import type { BatchLoader, BatchLoaderSettings, LoadedBatch } from "../../src/data/batch-loader.ts";
import { createBatchLoader } from "../../src/data/create-batch-loader.ts";
import { createClipCollate } from "../../src/data/create-clip-collate.ts";
import type { TrainingSample } from "../../src/data/sample-set.ts";
import { makeImages, makeTriplets, memorySamples, tokenize } from "./memory-samples.ts";
import type { MemorySamples } from "./memory-samples.ts";
import { clipPreprocessing } from "./pictures.ts";

export const images: ReadonlyMap<string, ImageSource> = await makeImages(40);
export const triplets: readonly TrainingSample[] = makeTriplets(23, 40);

const towers = [
  { name: "image", dataInputs: ["pixel_values"] },
  { name: "text", dataInputs: ["input_ids"] },
];

/** Five triplets of 23 in a batch, three hard negatives, 8 x 8 pixels. */
export const baseSettings: BatchLoaderSettings = {
  samples: memorySamples(triplets, images),
  batchSize: 5,
  hardNegatives: 3,
  seed: 1,
  preprocessing: clipPreprocessing(8),
  collate: createClipCollate({ towers, tokenize }),
};

/** A loader that is closed when the test ends. */
export function openLoader(settings: Partial<BatchLoaderSettings> = {}): BatchLoader {
  const loader = createBatchLoader({ ...baseSettings, ...settings });
  onTestFinished(() => loader.close());
  return loader;
}

/** The first batches. */
export async function take(
  batches: AsyncIterable<LoadedBatch>,
  count: number,
): Promise<readonly LoadedBatch[]> {
  const taken: LoadedBatch[] = [];
  for await (const loaded of batches) {
    taken.push(loaded);
    if (taken.length === count) break;
  }
  return taken;
}

/** All that a batch is, in one line, but for the words of reasons: see `LoadedBatch.rejects`. */
export function printOf({ batch, next, rejects, missingHardNegatives }: LoadedBatch): string {
  const hash = createHash("sha256");
  const { inputs, queries, candidates, positives, excluded, sampleIds, rows } = batch;
  for (const tensors of Object.values(inputs)) {
    for (const { data } of Object.values(tensors)) if (ArrayBuffer.isView(data)) hash.update(data);
  }
  for (const data of [queries, candidates, positives, excluded]) hash.update(data);
  const codes = rejects.map(({ item, code }) => [item, code]);
  hash.update(JSON.stringify({ sampleIds, rows, next, codes, missingHardNegatives }));
  return `${next.epoch}:${next.offset} ${hash.digest("hex")}`;
}

/** Sample 3 is no sample, `p4` is missing, `p14`, `p24` and `p34` are each broken in another way. */
export function damagedSamples(): MemorySamples {
  const broken = new Map<string, ImageSource>(images);
  broken.delete("p4");
  broken.set("p14", { type: "bytes", bytes: Buffer.from("GIF"), mediaType: "image/gif" });
  const jpeg = broken.get("p24")!;
  if (jpeg.type === "bytes") broken.set("p24", { ...jpeg, bytes: jpeg.bytes.subarray(0, 60) });
  broken.set("p34", { type: "bytes", bytes: Buffer.from("<svg>"), mediaType: "image/png" });
  return memorySamples(
    triplets.map((sample, index) => (index === 3 ? undefined : sample)),
    broken,
  );
}
