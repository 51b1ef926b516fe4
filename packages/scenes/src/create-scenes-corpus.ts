import type { CorpusEntry, CorpusShard, CorpusV1, JsonValue } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { encodeImage } from "@megapairs/image";
import { renderScene } from "./render/render-scene.ts";
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
  if (!Number.isInteger(images) || images < 1) {
    throw invalid(`The number of images is ${images}; expected an integer of at least 1.`);
  }
  if (!Number.isSafeInteger(seed)) throw invalid(`The seed is ${seed}; expected an integer.`);
  if (!Number.isInteger(size) || size < 16 || size > 4096) {
    throw invalid(`The picture size is ${size}; expected an integer from 16 to 4096 pixels.`);
  }

  async function* plan(options: { readonly shardSize: number }): AsyncIterable<CorpusShard> {
    const { shardSize } = options;
    if (!Number.isInteger(shardSize) || shardSize < 1) {
      throw invalid(`The shard size is ${shardSize}; expected an integer of at least 1.`);
    }
    for (let start = 0; start < images; start += shardSize) {
      const end = Math.min(images, start + shardSize);
      const id = String(start / shardSize).padStart(6, "0");
      yield { id, entries: end - start, input: { start, end } };
    }
  }

  async function* read(input: JsonValue): AsyncIterable<CorpusEntry> {
    const [start, end] = rangeOf(input, images);
    for (let index = start; index < end; index++) yield entryAt(index);
  }

  function entryAt(index: number): CorpusEntry {
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
  }

  const name = `${images} scenes of world ${seed}, ${size} x ${size}`;
  return { specificationVersion: "corpus-v1", name, plan, read };
}

function rangeOf(input: JsonValue, images: number): readonly [number, number] {
  if (typeof input === "object" && input !== null && "start" in input && "end" in input) {
    const { start, end } = input;
    const isWhole = Number.isInteger(start) && Number.isInteger(end);
    if (isWhole && typeof start === "number" && typeof end === "number") {
      if (start >= 0 && start < end && end <= images) return [start, end];
    }
  }
  throw invalid(
    `The shard input is ${JSON.stringify(input)}; expected {start, end} within 0 to ${images}.`,
  );
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
