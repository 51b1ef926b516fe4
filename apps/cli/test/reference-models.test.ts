import { describeEncoderConformance } from "@megapairs/conformance";
import {
  createCombinationReader,
  createObjectsCorpus,
  measureReading,
  splitCombinations,
} from "@megapairs/scenes";
import type { Combination } from "@megapairs/scenes";
import type { EncoderInput, EncoderV1 } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { chooseEncoder } from "../src/choose/choose-encoder.ts";

/** Of renderings that neither training nor the scores in `models/made.json` have. */
const SEED = 2_000_000;

const { trained, heldOut } = splitCombinations();

describeEncoderConformance("scenes/clip", {
  create: () => chooseEncoder({ model: "scenes/clip", threads: 1 }, "both"),
  supports: { inputs: ["text", "image", "composed"], maxBatch: 32 },
});

describeEncoderConformance("scenes/views", {
  create: () => chooseEncoder({ model: "scenes/views", threads: 1 }, "image"),
  supports: { inputs: ["image"], maxBatch: 32 },
});

async function withEncoder(
  model: string,
  use: (encoder: EncoderV1) => Promise<void>,
): Promise<void> {
  const encoder = await chooseEncoder({ model, threads: 1 }, "both");
  try {
    await use(encoder);
  } finally {
    await encoder.dispose?.();
  }
}

async function embed(
  encoder: EncoderV1,
  combinations: readonly Combination[],
  seed: number,
): Promise<Float32Array[]> {
  const corpus = createObjectsCorpus({ images: combinations.length, seed, combinations });
  const rows: Float32Array[] = [];
  for await (const entry of corpus.read({ start: 0, end: combinations.length })) {
    const image = { type: "bytes", bytes: await entry.read(), mediaType: "image/jpeg" } as const;
    const inputs: readonly EncoderInput[] = [{ type: "image", image }];
    rows.push((await encoder.doEncode({ inputs, role: "query" })).embeddings);
  }
  return rows;
}

/** Of the nearest pictures of other combinations, the share with the same value of an attribute. */
async function alike(encoder: EncoderV1, attribute: keyof Combination): Promise<number> {
  const all = [...heldOut, ...trained].slice(0, 200);
  const queries = await embed(encoder, all, SEED);
  const gallery = await embed(encoder, all, SEED + 1);
  const found = queries.map((query, row) => {
    const cosines = gallery.map((vector, at) =>
      at === row ? -1 : vector.reduce((sum, value, axis) => sum + value * query[axis]!, 0),
    );
    return all[cosines.indexOf(Math.max(...cosines))]!;
  });
  return found.filter((each, row) => each[attribute] === all[row]![attribute]).length / all.length;
}

describe("the shipped CLIP", () => {
  it.each([
    ["held-out", heldOut],
    ["trained", trained],
  ])("reads new renderings of %s combinations", async (_, combinations) => {
    await withEncoder("scenes/clip", async (encoder) => {
      expect(encoder).toMatchObject({ modelId: "scenes/clip", dimensions: 128 });
      const read = createCombinationReader({ encoder });
      const { errors } = await measureReading({ read, combinations, images: 200, seed: SEED });
      expect(errors.shape).toBeLessThanOrEqual(0.05);
      expect(errors.colour).toBeLessThanOrEqual(0.01);
      expect(errors.background).toBeLessThanOrEqual(0.01);
    });
  });
});

describe("the shipped encoder of views", () => {
  it("finds shapes whatever their colour, more than the CLIP does", async () => {
    await withEncoder("scenes/views", async (views) => {
      expect(views.supports.inputs).toEqual(["image"]);
      const shape = await alike(views, "shape");
      expect(shape).toBeGreaterThanOrEqual(0.9);
      await withEncoder("scenes/clip", async (clip) => {
        expect(shape).toBeGreaterThan(await alike(clip, "shape"));
      });
    });
  });
});
