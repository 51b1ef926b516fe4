import { createCombinationReader, measureReading, splitCombinations } from "@megapairs/scenes";
import type { EncoderV1 } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { chooseEncoder } from "../src/choose/choose-encoder.ts";

/** Of renderings that neither training nor the scores in `models/made.json` have. */
const SEED = 2_000_000;

const { trained, heldOut } = splitCombinations();

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
