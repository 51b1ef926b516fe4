import { embedImages } from "@megapairs/embed";
import { minePairs } from "@megapairs/mine";
import type { MineRelation } from "@megapairs/mine";
import {
  createCaptionEncoder,
  createScenesCorpus,
  createScenesEncoder,
  sceneAt,
  sceneDifference,
} from "@megapairs/scenes";
import type { EmbeddingMatrix, PairRecord } from "@megapairs/spec";
import { beforeAll, describe, expect, it } from "vitest";

const IMAGES = 600;
// Not a world that anything was tuned or fitted on.
const SEED = 2024;
const BANDS = [
  [0.8, 0.96],
  [0.85, 0.96],
  [0.9, 0.96],
] as const;

const matrices = new Map<string, EmbeddingMatrix>();
const indexOf = new Map<string, number>();

beforeAll(async () => {
  const images: { id: string; bytes: Uint8Array; caption: string }[] = [];
  for await (const { input } of createScenesCorpus({ images: IMAGES, seed: SEED }).plan({
    shardSize: IMAGES,
  })) {
    for await (const entry of createScenesCorpus({ images: IMAGES, seed: SEED }).read(input)) {
      const id = String(images.length).padStart(6, "0");
      indexOf.set(id, images.length);
      images.push({ id, bytes: await entry.read(), caption: entry.caption ?? "" });
    }
  }
  const relations = [
    { name: "I", encoder: await createScenesEncoder({ kind: "colour" }), input: "image" as const },
    { name: "D", encoder: await createScenesEncoder({ kind: "pattern" }), input: "image" as const },
    { name: "T", encoder: createCaptionEncoder(), input: "caption" as const },
  ];
  const { embeddings } = await embedImages({ relations, images });
  for (const { name, encoder } of relations) {
    const rows = embeddings[name]!;
    const vectors = new Float32Array(rows.length * encoder.dimensions);
    for (const [place, row] of rows.entries()) vectors.set(row.vector, place * encoder.dimensions);
    const ids = rows.map(({ imageId }) => imageId);
    matrices.set(name, { ids, dimensions: encoder.dimensions, vectors });
    await encoder.dispose?.();
  }
}, 120_000);

const scenes = Array.from({ length: IMAGES }, (_, index) => sceneAt(SEED, index));

/** Shares of pairs of scenes that differ in 0, 1, 2, and more attributes. */
function sharesOf(pairs: readonly (readonly [number, number])[]): number[] {
  const counts = [0, 0, 0, 0];
  for (const [query, target] of pairs) {
    const { changes } = sceneDifference(scenes[query]!, scenes[target]!);
    const differing = Math.min(3, changes.length);
    counts[differing] = counts[differing]! + 1;
  }
  return counts.map((count) => count / Math.max(1, pairs.length));
}

function placesOf(pairs: readonly PairRecord[] = []): [number, number][] {
  return pairs.map(({ queryId, targetId }) => [indexOf.get(queryId)!, indexOf.get(targetId)!]);
}

/** The share of pairs that differ in one attribute or two. */
function near(pairs: readonly (readonly [number, number])[]): number {
  const [, one, two] = sharesOf(pairs);
  return one! + two!;
}

const anyTwo = scenes.flatMap((_, query) =>
  Array.from({ length: query }, (_unused, target): [number, number] => [query, target]),
);

async function mine(
  lower: number,
  upper: number,
): Promise<ReadonlyMap<string, readonly PairRecord[]>> {
  const relations = [...matrices].map(([name, matrix]): MineRelation => ({
    name,
    matrix,
    band: { lower, upper },
    k: 20,
    nearDuplicates: name === "T" ? "ignore" : "exclude",
  }));
  const { pairs } = await minePairs({ relations, seed: 0 });
  const found = new Map<string, readonly PairRecord[]>([["all", pairs]]);
  for (const { name } of relations) {
    const own = pairs.filter(({ evidence }) => evidence.some(({ relation }) => relation === name));
    found.set(name, own);
  }
  found.set(
    "two or three",
    pairs.filter(({ evidence }) => evidence.length > 1),
  );
  return found;
}

describe("pairs mined in a world whose truth is known", () => {
  it("are far from any two", () => {
    const shares = sharesOf(anyTwo).map((share) => `${(100 * share).toFixed(2)} %`);
    process.stdout.write(`any two of ${IMAGES} scenes: ${shares.join(", ")}\n`);
    expect(near(anyTwo)).toBeLessThan(0.05);
  });

  it.each(BANDS)(
    "are near in what they show, in the band %f to %f",
    async (lower, upper) => {
      const found = await mine(lower, upper);
      const table = [...found].map(([name, pairs]) => {
        const shares = sharesOf(placesOf(pairs)).map((share) => `${(100 * share).toFixed(1)} %`);
        return `| ${lower}, ${upper} | ${name} | ${pairs.length} | ${shares.join(" | ")} |`;
      });
      process.stdout.write(`${table.join("\n")}\n`);
      const all = near(placesOf(found.get("all")));
      expect(found.get("all")!.length).toBeGreaterThan(IMAGES);
      expect(all).toBeGreaterThan(10 * near(anyTwo));
      expect(near(placesOf(found.get("two or three")))).toBeGreaterThan(all + 0.3);
    },
    60_000,
  );
});
