import { describeEncoderConformance } from "@megapairs/conformance";
import { createCaptionEncoder, createScenesEncoder } from "@megapairs/scenes";
import { describe, expect, test, vi } from "vitest";
import colourStatistics from "../src/data/colour-statistics.json" with { type: "json" };
import patternStatistics from "../src/data/pattern-statistics.json" with { type: "json" };
import { featureStatistics } from "./reference/feature-statistics.ts";

vi.setConfig({ testTimeout: 60_000 });

describeEncoderConformance("scenes colour", {
  create: () => createScenesEncoder({ kind: "colour" }),
  supports: { inputs: ["image"], maxBatch: 64 },
});
describeEncoderConformance("scenes pattern", {
  create: () => createScenesEncoder({ kind: "pattern" }),
  supports: { inputs: ["image"], maxBatch: 64 },
});
describeEncoderConformance("scenes caption", {
  create: createCaptionEncoder,
  supports: { inputs: ["text"], maxBatch: 1024 },
});

describe("baked-in statistics", () => {
  test.each([
    ["colour", colourStatistics],
    ["pattern", patternStatistics],
  ] as const)("of %s are those of 512 scenes", async (kind, stored) => {
    const { mean, scale } = await featureStatistics(kind);
    expect(mean.length).toBe(stored.mean.length);
    for (const [index, value] of mean.entries()) {
      expect(value).toBeCloseTo(stored.mean[index] ?? Number.NaN, 3);
      expect((scale[index] ?? 0) / (stored.scale[index] ?? 0)).toBeCloseTo(1, 2);
    }
  });
});

describe("createCaptionEncoder", () => {
  async function cosine(first: string, second: string): Promise<number> {
    const encoder = createCaptionEncoder();
    const { dimensions } = encoder;
    const inputs = [first, second].map((text) => ({ type: "text", text }) as const);
    const { embeddings } = await encoder.doEncode({ inputs, role: "candidate" });
    let sum = 0;
    for (let index = 0; index < dimensions; index++) {
      sum += (embeddings[index] ?? 0) * (embeddings[dimensions + index] ?? 0);
    }
    return sum;
  }

  test("does not care about case and punctuation", async () => {
    expect(await cosine("A red star.", "a RED star")).toBeCloseTo(1, 6);
  });

  test("gives captions without a common word the cosine 0.45 (and hashing noise)", async () => {
    expect(await cosine("red star", "blue heart")).toBeCloseTo(0.45, 1);
  });

  test("tells the order of words by their pairs", async () => {
    const swapped = await cosine("red star blue heart", "blue star red heart");
    expect(swapped).toBeLessThan(0.99);
    expect(swapped).toBeGreaterThan(0.8);
  });
});
