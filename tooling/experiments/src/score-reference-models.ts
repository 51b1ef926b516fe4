import { join } from "node:path";
import { loadImageOnnxEncoder, loadOnnxEncoder } from "@megapairs/encoder-onnx";
import {
  createCombinationReader,
  createObjectsCorpus,
  measureReading,
  splitCombinations,
} from "@megapairs/scenes";
import type { Combination } from "@megapairs/scenes";
import type { EncoderInput } from "@megapairs/spec";
import { encodeAll } from "./encode-all.ts";

/** Of renderings and wordings that no model was trained on. */
const OTHER_SEED = 1_000_000;
const READ_PICTURES = 1000;

const ATTRIBUTES = ["shape", "colour", "background"] as const;

/** Scores both reference models in a folder on new renderings and wordings of all combinations. */
export async function scoreReferenceModels(
  folder: string,
): Promise<{ readonly clip: object; readonly views: object }> {
  const clip = await loadOnnxEncoder({ model: join(folder, "clip"), threads: 1 });
  const views = await loadImageOnnxEncoder(join(folder, "views", "encoder.json"), { threads: 1 });
  try {
    const { trained, heldOut } = splitCombinations();
    const all = [...heldOut, ...trained];
    const asked = await inputsOf(all, OTHER_SEED);
    const gallery = await inputsOf(all, OTHER_SEED + 1);
    const texts = await encodeAll(clip, asked.texts);
    const pictures = await encodeAll(clip, asked.images);
    const share = (
      some: readonly Combination[],
      from: Float32Array[],
      to: Float32Array[],
    ): number =>
      some.filter((each) => nearest(to, from[all.indexOf(each)]!) === all.indexOf(each)).length /
      some.length;
    const retrieval = (some: readonly Combination[]): object => ({
      pictureToCaption: share(some, pictures, texts),
      captionToPicture: share(some, texts, pictures),
    });
    const read = createCombinationReader({ encoder: clip });
    const reading = { read, images: READ_PICTURES, seed: OTHER_SEED + 2 };
    return {
      clip: {
        recallAt1: { heldOut: retrieval(heldOut), trained: retrieval(trained), of: all.length },
        reading: {
          heldOut: await measureReading({ ...reading, combinations: heldOut }),
          trained: await measureReading({ ...reading, combinations: trained }),
        },
        nearest: alike(all, pictures, await encodeAll(clip, gallery.images)),
      },
      views: {
        nearest: alike(
          all,
          await encodeAll(views, asked.images),
          await encodeAll(views, gallery.images),
        ),
      },
    };
  } finally {
    await Promise.all([clip.dispose?.(), views.dispose?.()]);
  }
}

async function inputsOf(
  combinations: readonly Combination[],
  seed: number,
): Promise<{ readonly texts: EncoderInput[]; readonly images: EncoderInput[] }> {
  const texts: EncoderInput[] = [];
  const images: EncoderInput[] = [];
  const end = combinations.length;
  const corpus = createObjectsCorpus({ images: end, seed, combinations });
  for await (const entry of corpus.read({ start: 0, end })) {
    const image = { type: "bytes", bytes: await entry.read(), mediaType: "image/jpeg" } as const;
    texts.push({ type: "text", text: entry.caption ?? "" });
    images.push({ type: "image", image });
  }
  return { texts, images };
}

/** Of the nearest picture of another combination: how often it has the same shape, colour, background. */
function alike(
  combinations: readonly Combination[],
  from: readonly Float32Array[],
  to: readonly Float32Array[],
): object {
  const found = from.map((query, row) => {
    const others = to.map((vector, at) => (at === row ? undefined : vector));
    return combinations[nearest(others, query)]!;
  });
  return Object.fromEntries(
    ATTRIBUTES.map((attribute) => [
      attribute,
      found.filter((each, row) => each[attribute] === combinations[row]![attribute]).length /
        found.length,
    ]),
  );
}

/** Row of the highest cosine; the first of equal ones. */
function nearest(rows: readonly (Float32Array | undefined)[], query: Float32Array): number {
  let best = -1;
  let highest = -Infinity;
  for (const [row, vector] of rows.entries()) {
    if (vector === undefined) continue;
    const cosine = vector.reduce((sum, value, axis) => sum + value * (query[axis] ?? 0), 0);
    if (cosine > highest) [best, highest] = [row, cosine];
  }
  return best;
}
