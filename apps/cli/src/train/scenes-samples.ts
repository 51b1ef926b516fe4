import { createHash } from "node:crypto";
import { createScenesCorpus } from "@megapairs/scenes";
import { MegaPairsError } from "@megapairs/spec";
import type { CorpusEntry } from "@megapairs/spec";
import type { SampleSet } from "@megapairs/train";

/** Which scenes. */
export interface ScenesSamplesSettings {
  /** How many. */
  readonly images: number;
  /** Names the world. */
  readonly seed: number;
}

/** Scenes and their captions as examples of text queries, rendered when they are read. */
export function createScenesSamples({ images, seed }: ScenesSamplesSettings): SampleSet {
  const corpus = createScenesCorpus({ images, seed });

  async function entryAt(index: number): Promise<CorpusEntry> {
    for await (const entry of corpus.read({ start: index, end: index + 1 })) return entry;
    throw new MegaPairsError("corrupt-data", `${corpus.name}: there is no scene ${index}`);
  }

  return {
    count: images,
    fingerprint: createHash("sha256").update(`scenes-captions-1 ${corpus.name}`).digest("hex"),
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
