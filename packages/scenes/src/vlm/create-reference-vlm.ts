import { decodeImage } from "@megapairs/image";
import type { EncoderV1, VlmBackendV1 } from "@megapairs/spec";
import type { Combination } from "../objects/combination-scene.ts";
import { combinationScene } from "../objects/combination-scene.ts";
import { createCombinationReader } from "../objects/create-combination-reader.ts";
import { readPhoto } from "../reader/read-photo.ts";
import { captionScene } from "../world/caption-scene.ts";
import { compareCombinations } from "./compare-combinations.ts";
import { createGrammarVlm } from "./create-grammar-vlm.ts";
import { describePair } from "./describe-pair.ts";

/** Settings of {@link createReferenceVlm}. */
export interface ReferenceVlmSettings {
  /** What sees: an encoder of pictures and texts, such as the one shipped at `referenceModelPath("clip")`. */
  readonly encoder: EncoderV1;
  /** Of how many pictures, those last asked about, to remember what was read. Default 4096. */
  readonly rememberedPictures?: number | undefined;
}

/** What is known of a picture of one object. */
interface ObjectReading {
  readonly combination: Combination;
  readonly luminance: number;
}

const INTRODUCTION =
  "I see pictures of one object with a small CLIP. Show me two and I describe what they share and " +
  "how they differ; give me such a description and I write retrieval instructions.";

/**
 * A small vision-language model for the objects world that needs no network: an encoder that was
 * trained on pictures and captions sees, as {@link createCombinationReader} says, and a seeded grammar
 * speaks. It sees nothing but pixels and makes mistakes, which `measureReading` counts; of a picture
 * of anything else it names the object that looks most like it. Prompts and answers are as those of
 * `createOfflineVlm`, but instructions name all that the description says of the target alone.
 *
 * Throws `unsupported` on an encoder without texts or images and `invalid-argument` on settings out of
 * range. Calls reject with `unsupported` on more than two images, with `corrupt-data` on one that does
 * not decode, and as the encoder does. The encoder stays the caller's: `dispose` does not free it.
 */
export function createReferenceVlm(settings: ReferenceVlmSettings): VlmBackendV1 {
  const { encoder, rememberedPictures = 4096 } = settings;
  const readCombination = createCombinationReader({ encoder });
  return createGrammarVlm<ObjectReading>({
    modelId: `scenes/reference-vlm-1 (${encoder.fingerprint.slice(0, 12)})`,
    introduction: INTRODUCTION,
    names: "all",
    rememberedPictures,
    read: async (bytes) => {
      const pixels = await decodeImage(bytes);
      return {
        combination: await readCombination(pixels),
        luminance: readPhoto(pixels).luminance,
      };
    },
    describe: (source, target, options) =>
      describePair(compareCombinations(source.combination, target.combination), {
        ...options,
        brighter: source.luminance - target.luminance,
      }),
    caption: ({ combination }, seed) => captionScene(combinationScene(combination), seed),
  });
}
