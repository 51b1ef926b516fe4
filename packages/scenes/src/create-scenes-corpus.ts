import type { CorpusV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { encodeImage } from "@megapairs/image";
import { renderScene } from "./render/render-scene.ts";
import { renderedCorpus } from "./rendered-corpus.ts";
import { captionScene } from "./world/caption-scene.ts";
import { sceneAt } from "./world/scene-at.ts";
import { deriveSeed } from "./world/seeded-random.ts";

/** Settings of {@link createScenesCorpus}. */
export interface ScenesCorpusSettings {
  /** How many pictures, at least 1. A larger corpus begins with the same ones. */
  readonly images: number;
  /** Names the world: an integer. */
  readonly seed: number;
  /** Width and height in pixels, 16 to 4096. Default 128. */
  readonly size?: number | undefined;
}

const QUALITY = 92;

/**
 * The scenes world as a corpus: `scenes/000000.jpg` and on, each rendered, captioned and encoded as
 * JPEG when it is read. Entry `index` shows `sceneAt(seed, index)`; the same (seed, index, size)
 * gives the same bytes and caption.
 *
 * Throws `invalid-argument` on settings out of range. `read` of an input that its `plan` did not
 * make rejects likewise.
 */
export function createScenesCorpus(settings: ScenesCorpusSettings): CorpusV1 {
  const { images, seed, size = 128 } = settings;
  if (!Number.isSafeInteger(seed)) throw invalid(`The seed is ${seed}; expected an integer.`);
  if (!Number.isInteger(size) || size < 16 || size > 4096) {
    throw invalid(`The picture size is ${size}; expected an integer from 16 to 4096 pixels.`);
  }
  return renderedCorpus({
    name: `${images} scenes of world ${seed}, ${size} x ${size}`,
    images,
    entryAt: (index) => {
      const scene = sceneAt(seed, index);
      return {
        path: `scenes/${String(index).padStart(6, "0")}.jpg`,
        caption: captionScene(scene, deriveSeed("caption", seed, index)),
        read: async () => {
          const pixels = renderScene(scene, { seed: deriveSeed("picture", seed, index), size });
          const options = { mediaType: "image/jpeg", quality: QUALITY } as const;
          return (await encodeImage(pixels, options)).bytes;
        },
      };
    },
  });
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
