import { createHash } from "node:crypto";
import { MegaPairsError } from "@megapairs/spec";
import type { CorpusEntry, CorpusV1 } from "@megapairs/spec";
import type { SampleSet } from "@megapairs/train";

const SHARD = 100_000;

/**
 * The captioned pictures of an embedded corpus as examples of text queries, rendered when they are
 * read. Its shard inputs are `{start, end}`, and its name says all that decides the pictures.
 */
export async function createCorpusSamples(corpus: CorpusV1): Promise<SampleSet> {
  let count = 0;
  for await (const shard of corpus.plan({ shardSize: SHARD })) count += shard.entries;

  async function entryAt(index: number): Promise<CorpusEntry> {
    for await (const entry of corpus.read({ start: index, end: index + 1 })) return entry;
    throw new MegaPairsError("corrupt-data", `${corpus.name}: there is no picture ${index}`);
  }

  return {
    count,
    fingerprint: createHash("sha256").update(`corpus-captions-1 ${corpus.name}`).digest("hex"),
    async read(index) {
      const { path, caption } = await entryAt(index);
      const texts = caption === undefined ? [] : [caption];
      return { id: path, texts, positiveImage: String(index), hardNegativeImages: [] };
    },
    async readImage(key) {
      const bytes = await (await entryAt(Number(key))).read();
      return { type: "bytes", bytes, mediaType: "image/jpeg" };
    },
    close: () => Promise.resolve(),
  };
}
