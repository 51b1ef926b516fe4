import { createHash } from "node:crypto";

import { encodeImage } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import type { ImageSource } from "@megapairs/spec";

import type { SampleSet, TrainingSample } from "../../src/data/sample-set.ts";
import { makePicture } from "./pictures.ts";

/** A sample set in memory, and what was asked of it. */
export interface MemorySamples extends SampleSet {
  readonly asked: { samples: number; images: number; atOnce: number; mostAtOnce: number };
}

/** Samples and images by key; what is not there is corrupt. */
export function memorySamples(
  samples: readonly (TrainingSample | undefined)[],
  images: ReadonlyMap<string, ImageSource>,
): MemorySamples {
  const asked = { samples: 0, images: 0, atOnce: 0, mostAtOnce: 0 };
  return {
    asked,
    count: samples.length,
    fingerprint: createHash("sha256").update(JSON.stringify(samples)).digest("hex"),
    async read(index) {
      asked.samples += 1;
      asked.atOnce += 1;
      asked.mostAtOnce = Math.max(asked.mostAtOnce, asked.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      asked.atOnce -= 1;
      return samples[index] ?? fail(`line ${index + 1} is not JSON`);
    },
    async readImage(key) {
      asked.images += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return images.get(key) ?? fail(`${key} is missing`);
    },
    close: () => Promise.resolve(),
  };
}

function fail(message: string): never {
  throw new MegaPairsError("corrupt-data", message);
}

/** Encoded pictures `p0`, `p1`, …, all different, in three formats. */
export async function makeImages(count: number): Promise<Map<string, ImageSource>> {
  const formats = ["image/jpeg", "image/png", "image/webp"] as const;
  const made = Array.from({ length: count }, async (_, number) => {
    const picture = makePicture(20 + (number % 5), 16 + (number % 7), number);
    const image = await encodeImage(picture, { mediaType: formats[number % 3]! });
    return [`p${number}`, image] as const;
  });
  return new Map(await Promise.all(made));
}

/** Triplets in the manner of MegaPairs: every third image asks, with three texts and five negatives. */
export function makeTriplets(count: number, images: number): TrainingSample[] {
  return Array.from({ length: count }, (_, number) => {
    const key = (offset: number): string => `p${(number * 3 + offset) % images}`;
    return {
      id: `pairs#${number + 1}`,
      queryImage: key(0),
      texts: ["the same", `in ${number % 4}`, `with ${number}`],
      positiveImage: key(1),
      hardNegativeImages: [0, 2, 4, 5, 7].map(key),
    };
  });
}

/** Token ids: a text's character codes, padded with 0 to the longest. */
export function tokenize(texts: readonly string[]): {
  ids: BigInt64Array;
  mask: BigInt64Array;
  length: number;
} {
  const length = Math.max(...texts.map((text) => text.length));
  const codes = texts.flatMap((text) =>
    Array.from({ length }, (_, at) => BigInt(text.codePointAt(at) ?? 0)),
  );
  const ids = BigInt64Array.from(codes);
  return { ids, mask: ids.map((id) => (id === 0n ? 0n : 1n)), length };
}
