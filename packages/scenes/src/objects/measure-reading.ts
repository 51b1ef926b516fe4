import { decodeImage } from "@megapairs/image";
import type { Combination } from "./combination-scene.ts";
import type { ReadCombination } from "./create-combination-reader.ts";
import { createObjectsCorpus } from "./create-objects-corpus.ts";

/** Settings of {@link measureReading}. */
export interface MeasureReadingSettings {
  readonly read: ReadCombination;
  /** What is shown, in rounds. */
  readonly combinations: readonly Combination[];
  /** How many pictures, at least 1. */
  readonly images: number;
  /** Of renderings that the reader's model was not trained on. */
  readonly seed: number;
}

/** Shares of pictures, 0 to 1. */
export interface MeasureReadingResult {
  readonly images: number;
  /** Read wrongly, by attribute. */
  readonly errors: Readonly<Record<keyof Combination, number>>;
  /** With at least one attribute read wrongly. */
  readonly anyError: number;
}

/**
 * How often a reader is wrong, on JPEG renderings of known combinations. Rejects with
 * `invalid-argument` as `createObjectsCorpus` throws.
 */
export async function measureReading(
  settings: MeasureReadingSettings,
): Promise<MeasureReadingResult> {
  const { read, combinations, images, seed } = settings;
  const corpus = createObjectsCorpus({ images, seed, combinations });
  const wrong = { shape: 0, colour: 0, background: 0, any: 0 };
  let index = 0;
  for await (const entry of corpus.read({ start: 0, end: images })) {
    const truth = combinations[index % combinations.length]!;
    const found = await read(await decodeImage(await entry.read()));
    const attributes = (["shape", "colour", "background"] as const).filter(
      (attribute) => found[attribute] !== truth[attribute],
    );
    for (const attribute of attributes) wrong[attribute] += 1;
    if (attributes.length > 0) wrong.any += 1;
    index += 1;
  }
  return {
    images,
    errors: {
      shape: wrong.shape / images,
      colour: wrong.colour / images,
      background: wrong.background / images,
    },
    anyError: wrong.any / images,
  };
}
