import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNpyWriter } from "@megapairs/dataset";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { mineVectors } from "../src/vectors/mine-vectors.ts";
import type { MineVectorsOptions, MineVectorsResult } from "../src/vectors/mine-vectors.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
let files = 0;

/** A fresh name. */
function name(end: string): string {
  files += 1;
  return join(directory, `${files}${end}`);
}

/** Vectors in the plane at these angles, in degrees, and their ids, one a line. */
async function corpus(
  images: readonly (readonly [id: string, degrees: number])[],
): Promise<Pick<MineVectorsOptions, "vectors" | "idsFile">> {
  const [file, idsFile] = [name(".npy"), name(".txt")];
  const writer = await createNpyWriter(file, { columns: 2 });
  for (const [, angle] of images) {
    const radians = (angle * Math.PI) / 180;
    await writer.append(Float32Array.of(Math.cos(radians), Math.sin(radians)));
  }
  await writer.close();
  writeFileSync(idsFile, images.map(([id]) => `${id}\n`).join(""));
  return { vectors: [`I=${file}`], idsFile };
}

async function mine(
  options: Pick<MineVectorsOptions, "vectors" | "idsFile"> & Partial<MineVectorsOptions>,
): Promise<MineVectorsResult & { readonly bytes: string }> {
  const result = await mineVectors({
    normalise: false,
    bandOf: () => ({ lower: 0.7, upper: 0.98 }),
    bandNames: [],
    k: 4,
    recall: 1,
    selection: { seed: 5, hardNegatives: 2, targetsPerQuery: 2 },
    queriesPerTarget: 2,
    duplicates: "representatives",
    guards: [],
    out: name(".jsonl"),
    json: true,
    signal: new AbortController().signal,
    ...options,
  });
  return { ...result, bytes: readFileSync(result.out, "utf8") };
}

const images = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.nat(359)), {
  minLength: 4,
  maxLength: 24,
  selector: ([id]) => id,
});

/** A ring has neighbours however it is cut. */
const ring = Array.from({ length: 24 }, (_, row) => [`ring ${row}`, 15 * row] as const);

it("gives a corpus that grew the pairs of joining it at once, caps and draws included", async () => {
  await fc.assert(
    fc.asyncProperty(images, fc.nat(20), fc.nat(20), async (more, first, second) => {
      const all = [...ring, ...more];
      const joins = name("-joins");
      await mine({ ...(await corpus(all.slice(0, 12 + Math.min(first, second)))), joins });
      await mine({ ...(await corpus(all.slice(0, 12 + Math.max(first, second)))), joins });
      const whole = await corpus(all);
      const grown = await mine({ ...whole, joins });
      expect(grown.relations[0]).toMatchObject({ redone: undefined });
      expect(grown.relations[0]!.kept).toBeGreaterThan(11);
      const once = await mine(whole);
      expect(grown.bytes).toBe(once.bytes);
      expect(grown.counts).toEqual(once.counts);
      expect((await mine({ ...whole, joins })).bytes).toBe(once.bytes);
    }),
    { numRuns: 6 },
  );
}, 120_000);

it("joins everything again, and says why, where a kept join is of no use", async () => {
  const joins = name("-joins");
  const whole = await corpus(ring);
  await mine({ ...whole, joins });
  const reason = async (options: Parameters<typeof mine>[0]): Promise<string | undefined> => {
    const result = await mine({ ...options, joins });
    expect(result.bytes).toBe((await mine(options)).bytes);
    return result.relations[0]!.redone;
  };
  expect(await reason(whole)).toBeUndefined();
  expect(await reason({ ...whole, k: 3 })).toBe("k was 4 and is 3");
  const band = { lower: 0.8, upper: 0.98 };
  expect(await reason({ ...whole, k: 3, bandOf: () => band })).toBe(
    "its band was 0.7, 0.98 and is 0.8, 0.98",
  );
  const fewer = await corpus(ring.slice(1));
  expect(await reason({ ...fewer, k: 3, bandOf: () => band })).toBe("image ring 0 is gone");
  const moved = await corpus(ring.slice(1).map(([id, angle]) => [id, angle + 1]));
  expect(await reason({ ...moved, k: 3, bandOf: () => band })).toBe(
    "vectors of images that were joined before have changed",
  );
}, 60_000);

it("does not pass a join to a recall for an exact one, nor build on it", async () => {
  const joins = name("-joins");
  const whole = await corpus(ring);
  await mine({ ...whole, joins });
  const facts = join(joins, "I/join.json");
  const recall = { target: 0.95, recall: 0.96, low: 0.955, high: 0.97, queries: 9, neighbours: 30 };
  const method = { name: "clustered", recall, lists: 4, listsPerQuery: 2, shareOfPairs: 0.5 };
  const pretend = (): void =>
    writeFileSync(facts, JSON.stringify({ ...JSON.parse(readFileSync(facts, "utf8")), method }));
  pretend();
  const kept = await mine({ ...whole, joins, recall: 0.95 });
  expect(kept.relations[0]).toMatchObject({ kept: 24, method });
  const better = await mine({ ...whole, joins, recall: 0.99 });
  expect(better.relations[0]).toMatchObject({
    kept: 0,
    redone: "it was made to a recall of 0.95 and is to be of 0.99",
    method: { name: "exact" },
  });
  pretend();
  const grown = await mine({
    ...(await corpus([...ring, ["new", 7]])),
    joins,
    recall: 0.95,
  });
  expect(grown.relations[0]).toMatchObject({ redone: "what it missed would stay missing" });
}, 30_000);

it("notices a kept join that is damaged", async () => {
  const joins = name("-joins");
  const whole = await corpus(ring);
  await mine({ ...whole, joins });
  truncateSync(join(joins, "I/neighbours.bin"), 30);
  await expect(mine({ ...whole, joins })).rejects.toMatchObject({
    code: "corrupt-data",
    message: expect.stringContaining("neighbours.bin ends within a record"),
  });
});
