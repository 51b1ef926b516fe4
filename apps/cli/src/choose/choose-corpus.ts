import { openCorpus } from "@megapairs/dataset";
import type { CorpusV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { embeddedCorpus } from "./embedded-corpus.ts";

/**
 * The corpus at a location: an embedded one, or files as `openCorpus` finds them. `invalid-argument`
 * without any images: a disk that is not mounted looks like an empty folder.
 */
export async function chooseCorpus(
  location: string,
  options: { readonly seed: number; readonly maxBytes: number },
): Promise<CorpusV1> {
  const corpus =
    embeddedCorpus(location, options.seed) ??
    (await openCorpus(location, { maxFileBytes: options.maxBytes }));
  for await (const _ of corpus.plan({ shardSize: 1 })) return corpus;
  throw new MegaPairsError("invalid-argument", `Found no images in ${location}.`);
}
