import {
  createCaptionEncoder,
  createScenesCorpus,
  createScenesEncoder,
  sceneAt,
  sceneDifference,
} from "@megapairs/scenes";
import type { EncoderInput, EncoderV1 } from "@megapairs/spec";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const IMAGES = 400;
// Not a world that anything was tuned or fitted on.
const SEED = 2024;
const BAND = [0.8, 0.96] as const;

/** Cosines of every pair of pictures by how many attributes differ: 0, 1, 2, 3 and more. */
type CosinesByDifference = readonly number[][];

const images: EncoderInput[] = [];
const captions: EncoderInput[] = [];
const encoders: Record<string, EncoderV1> = {};

beforeAll(async () => {
  const corpus = createScenesCorpus({ images: IMAGES, seed: SEED });
  for await (const { input } of corpus.plan({ shardSize: IMAGES })) {
    for await (const entry of corpus.read(input)) {
      const bytes = await entry.read();
      images.push({ type: "image", image: { type: "bytes", bytes, mediaType: "image/jpeg" } });
      captions.push({ type: "text", text: entry.caption ?? "" });
    }
  }
  encoders["colour"] = await createScenesEncoder({ kind: "colour" });
  encoders["pattern"] = await createScenesEncoder({ kind: "pattern" });
  encoders["caption"] = createCaptionEncoder();
});

afterAll(async () => {
  for (const encoder of Object.values(encoders)) await encoder.dispose?.();
});

async function embed(encoder: EncoderV1): Promise<Float32Array[]> {
  const inputs = encoder.supports.inputs.includes("text") ? captions : images;
  const rows: Float32Array[] = [];
  for (let start = 0; start < inputs.length; start += encoder.supports.maxBatch) {
    const batch = inputs.slice(start, start + encoder.supports.maxBatch);
    const { embeddings } = await encoder.doEncode({ inputs: batch, role: "candidate" });
    for (const index of batch.keys()) {
      rows.push(embeddings.subarray(index * encoder.dimensions, (index + 1) * encoder.dimensions));
    }
  }
  return rows;
}

const scenes = Array.from({ length: IMAGES }, (_, index) => sceneAt(SEED, index));
const differences = scenes.map((scene, index) =>
  scenes.slice(0, index).map((other) => Math.min(3, sceneDifference(scene, other).changes.length)),
);

function cosinesOf(rows: readonly Float32Array[]): CosinesByDifference {
  const cosines: number[][] = [[], [], [], []];
  for (const [index, earlier] of differences.entries()) {
    for (const [other, differing] of earlier.entries()) {
      cosines[differing]?.push(dot(rows[index], rows[other]));
    }
  }
  return cosines;
}

function dot(first: Float32Array | undefined, second: Float32Array | undefined): number {
  if (first === undefined || second === undefined) return Number.NaN;
  let sum = 0;
  for (let at = 0; at < first.length; at++) sum += (first[at] ?? 0) * (second[at] ?? 0);
  return sum;
}

const inBand = (cosine: number): boolean => cosine > BAND[0] && cosine < BAND[1];

function shareOf(
  cosines: readonly number[] | undefined,
  holds: (value: number) => boolean,
): number {
  return (cosines ?? []).filter(holds).length / (cosines ?? []).length;
}

describe.each([
  { name: "colour", leastDuplicatesAbove: 0.9 },
  { name: "pattern", leastDuplicatesAbove: 0.6 },
  // Captions of one scene differ in their words, so they prove no duplicate.
  { name: "caption", leastDuplicatesAbove: 0.05 },
])("relation by $name", ({ name, leastDuplicatesAbove }) => {
  test("puts neighbouring scenes into the band, unrelated ones below", async () => {
    const encoder = encoders[name];
    if (encoder === undefined) throw new Error(`no encoder ${name}`);
    const cosines = cosinesOf(await embed(encoder));
    const rows = cosines.map((values, differing) => [
      `${differing}${differing === 3 ? "+" : ""} differ`,
      `${values.length} pairs`,
      `below ${shareOf(values, (value) => value <= BAND[0]).toFixed(3)}`,
      `band ${shareOf(values, inBand).toFixed(3)}`,
      `above ${shareOf(values, (value) => value >= BAND[1]).toFixed(3)}`,
    ]);
    const perQuery = (2 * cosines.flat().filter(inBand).length) / IMAGES;
    const table = rows.map((row) => row.join("  ")).join("\n");
    process.stdout.write(`${name}: ${perQuery.toFixed(1)} in-band neighbours a query\n${table}\n`);
    expect(perQuery).toBeGreaterThan(1);
    expect(perQuery).toBeLessThan(15);
    expect(shareOf(cosines[1], inBand)).toBeGreaterThan(0.2);
    expect(shareOf(cosines[3], (value) => value <= BAND[0])).toBeGreaterThan(0.95);
    expect(shareOf(cosines[0], (value) => value >= BAND[1])).toBeGreaterThan(leastDuplicatesAbove);
  });
});
