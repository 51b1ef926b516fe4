import { openCorpus } from "@megapairs/dataset";
import { createScenesCorpus } from "@megapairs/scenes";
import type { CorpusV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

const MOST_SCENES = 100_000_000;

/**
 * The corpus at a location: `scenes:COUNT`, or files as `openCorpus` finds them. `invalid-argument`
 * without any images: a disk that is not mounted looks like an empty folder.
 */
export async function chooseCorpus(
  location: string,
  options: { readonly seed: number; readonly maxBytes: number },
): Promise<CorpusV1> {
  const corpus = await openLocation(location, options);
  for await (const _ of corpus.plan({ shardSize: 1 })) return corpus;
  throw new MegaPairsError("invalid-argument", `Found no images in ${location}.`);
}

async function openLocation(
  location: string,
  options: { readonly seed: number; readonly maxBytes: number },
): Promise<CorpusV1> {
  if (!location.startsWith("scenes:"))
    return openCorpus(location, { maxFileBytes: options.maxBytes });
  const images = Number(location.slice("scenes:".length));
  if (Number.isInteger(images) && images >= 1 && images <= MOST_SCENES) {
    return createScenesCorpus({ images, seed: options.seed });
  }
  throw new MegaPairsError(
    "invalid-argument",
    `corpus ${location}: expected scenes:COUNT with a whole number of images, such as scenes:600.`,
  );
}
