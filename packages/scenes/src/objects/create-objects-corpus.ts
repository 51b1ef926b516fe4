import { encodeImage } from "@megapairs/image";
import type { CorpusV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { renderedCorpus } from "../rendered-corpus.ts";
import { captionScene } from "../world/caption-scene.ts";
import { deriveSeed } from "../world/seeded-random.ts";
import type { Combination } from "./combination-scene.ts";
import { combinationScene } from "./combination-scene.ts";
import { renderCombination } from "./render-combination.ts";
import { splitCombinations } from "./split-combinations.ts";

/** Settings of {@link createObjectsCorpus}. */
export interface ObjectsCorpusSettings {
  /** How many pictures, at least 1. A larger corpus begins with the same ones. */
  readonly images: number;
  /** An integer that all renderings and wordings follow: another seed, no picture in common. */
  readonly seed: number;
  /** What is shown: entry `index` shows number `index` of these, in rounds. Default: the trained ones. */
  readonly combinations?: readonly Combination[] | undefined;
}

const QUALITY = 92;

/**
 * Pictures of one object as a corpus: `objects/000000.jpg` and on, 96 x 96, each rendered, captioned
 * and encoded as JPEG when it is read. The same (seed, index, combination) gives the same bytes and
 * caption. Unless told otherwise nothing of what {@link splitCombinations} holds out is shown.
 *
 * Throws `invalid-argument` on settings out of range. `read` of an input that its `plan` did not
 * make rejects likewise.
 */
export function createObjectsCorpus(settings: ObjectsCorpusSettings): CorpusV1 {
  const { images, seed, combinations = splitCombinations().trained } = settings;
  if (!Number.isSafeInteger(seed) || combinations.length === 0) {
    throw new MegaPairsError(
      "invalid-argument",
      `The seed is ${seed}, of ${combinations.length} combinations; expected an integer and at least one.`,
    );
  }
  return renderedCorpus({
    name: `${images} pictures of one object, ${combinations.length} combinations, seed ${seed}`,
    images,
    entryAt: (index) => {
      const combination = combinations[index % combinations.length]!;
      return {
        path: `objects/${String(index).padStart(6, "0")}.jpg`,
        caption: captionScene(
          combinationScene(combination),
          deriveSeed("object caption", seed, index),
        ),
        read: async () => {
          const pixels = renderCombination(combination, deriveSeed("object picture", seed, index));
          const options = { mediaType: "image/jpeg", quality: QUALITY } as const;
          return (await encodeImage(pixels, options)).bytes;
        },
      };
    },
  });
}
