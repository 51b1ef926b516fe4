import type { VlmBackendV1 } from "@megapairs/spec";
import { decodeImage } from "@megapairs/image";
import { readPicture, type PictureReading } from "../reader/read-picture.ts";
import { captionScene } from "../world/caption-scene.ts";
import { comparePhotos } from "./compare-photos.ts";
import { compareScenes } from "./compare-scenes.ts";
import { createGrammarVlm } from "./create-grammar-vlm.ts";
import { describePair } from "./describe-pair.ts";
import { joinPhrases, type PairPoints } from "./pair-points.ts";

/** Settings of {@link createOfflineVlm}. */
export interface OfflineVlmSettings {
  /**
   * Of how many pictures, those last asked about, to remember what was read: one of several pairs
   * is then decoded and read once. 0 to 16,777,215; default 4096, of about a kilobyte each.
   */
  readonly rememberedPictures?: number | undefined;
}

const INTRODUCTION =
  "I read pixels. Show me two images and I describe what they share and how they differ; give me " +
  "such a description and I write retrieval instructions.";

/**
 * A stand-in for a vision-language model that needs no network and no weights, for demos, tests
 * and benchmarks of everything around the model. It is no neural network: it segments pictures of
 * the scenes world and names what it finds, looking at nothing but their pixels; of other
 * pictures it compares colours, brightness and layout.
 *
 * - Two images in the prompt: describes them, the first as source, the second as target, within
 *   the last limit of the form `60 words` in the prompt's text (100 where none is).
 * - No image, and a description of that form in the text: writes three or four instructions (more
 *   for `minItems`) as JSON, `{"instructions": […]}` or under the name that `jsonSchema` has for them.
 * - One image: captions it. Otherwise: says what it can do.
 *
 * The answer follows the prompt, the images' bytes and `seed` alone; what is remembered only saves
 * time. `temperature` changes nothing. Tokens are counted as words.
 *
 * Throws `invalid-argument` on settings out of range. Calls reject with `unsupported` on more than
 * two images and with `corrupt-data` on one that does not decode.
 */
export function createOfflineVlm(settings: OfflineVlmSettings = {}): VlmBackendV1 {
  const { rememberedPictures = 4096 } = settings;
  return createGrammarVlm<PictureReading>({
    modelId: "scenes/pixel-reader-1",
    introduction: INTRODUCTION,
    names: "some",
    rememberedPictures,
    read: async (bytes) => readPicture(await decodeImage(bytes)),
    describe: (source, target, options) =>
      describePair(comparePictures(source, target), {
        ...options,
        brighter: source.photo.luminance - target.photo.luminance,
      }),
    caption: captionPicture,
  });
}

function comparePictures(source: PictureReading, target: PictureReading): PairPoints {
  return source.scene !== undefined && target.scene !== undefined
    ? compareScenes(source.scene, target.scene)
    : comparePhotos(source.photo, target.photo);
}

function captionPicture({ scene, photo }: PictureReading, seed: number): string {
  if (scene !== undefined) return captionScene(scene, seed);
  const { brightness, colours, detail } = photo;
  const tones = colours.length > 0 ? ` in ${joinPhrases(colours)}` : "";
  return `A ${detail} picture of ${brightness} tones${tones}`;
}
