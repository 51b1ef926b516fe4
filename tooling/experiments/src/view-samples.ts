import { createHash } from "node:crypto";
import type { ImagePixels } from "@megapairs/spec";
import type { SampleSet } from "@megapairs/train";
import type { Augmentation } from "./augment-picture.ts";
import { augmentPicture } from "./augment-picture.ts";

/** Settings of {@link createViewSamples}. */
export interface ViewSamplesSettings {
  readonly pictures: readonly ImagePixels[];
  /** How often each picture is shown, every time in two views of its own. */
  readonly visits: number;
  readonly augmentation: Augmentation;
  readonly seed: number;
}

/**
 * Pairs of views of one picture as training examples: an image asks for an image, without a word.
 * Sample `index` shows picture `index % pictures.length`; its views follow (seed, index) alone.
 */
export function createViewSamples(settings: ViewSamplesSettings): SampleSet {
  const { pictures, visits, augmentation, seed } = settings;
  const fingerprint = createHash("sha256").update(
    JSON.stringify(["views-1", pictures.length, visits, augmentation, seed]),
  );
  for (const { data } of pictures) fingerprint.update(data);
  return {
    count: pictures.length * visits,
    fingerprint: fingerprint.digest("hex"),
    read: (index) =>
      Promise.resolve({
        id: `view ${index}`,
        queryImage: `${index} first`,
        texts: [],
        positiveImage: `${index} second`,
        hardNegativeImages: [],
      }),
    readImage: (key) => {
      const picture = pictures[Number.parseInt(key, 10) % pictures.length]!;
      const digest = createHash("sha256").update(`${seed} ${key}`).digest();
      return Promise.resolve(augmentPicture(picture, digest.readInt32LE(), augmentation));
    },
    close: () => Promise.resolve(),
  };
}
