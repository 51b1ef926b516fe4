import { createHash } from "node:crypto";
import { describeCorpusConformance } from "@megapairs/conformance";
import { decodeImage } from "@megapairs/image";
import { createScenesCorpus, readScene, sceneAt } from "@megapairs/scenes";
import type { CorpusEntry, CorpusV1 } from "@megapairs/spec";
import { describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

describeCorpusConformance("scenes", {
  create: () => createScenesCorpus({ images: 5, seed: 1, size: 32 }),
  entries: 5,
});

async function entriesOf(corpus: CorpusV1, shardSize = 7): Promise<CorpusEntry[]> {
  const entries: CorpusEntry[] = [];
  for await (const shard of corpus.plan({ shardSize })) {
    for await (const entry of corpus.read(shard.input)) entries.push(entry);
  }
  return entries;
}

async function digest(entry: CorpusEntry): Promise<string> {
  return createHash("sha256")
    .update(await entry.read())
    .digest("hex");
}

describe("createScenesCorpus", () => {
  test("reads the same bytes in any order, in any shards", async () => {
    const first = await entriesOf(createScenesCorpus({ images: 20, seed: 7 }));
    const second = await entriesOf(createScenesCorpus({ images: 20, seed: 7 }), 3);
    const forwards: string[] = [];
    for (const entry of first) forwards.push(await digest(entry));
    const backwards: string[] = [];
    for (const entry of second.toReversed()) backwards.push(await digest(entry));
    expect(backwards.toReversed()).toEqual(forwards);
    expect(new Set(forwards).size).toBe(20);
  });

  test("begins like a larger corpus of the same seed", async () => {
    const [small] = await entriesOf(createScenesCorpus({ images: 1, seed: 7 }));
    const [large] = await entriesOf(createScenesCorpus({ images: 50, seed: 7 }));
    expect(small?.path).toBe("scenes/000000.jpg");
    expect(large?.caption).toBe(small?.caption);
    expect(await large?.read()).toEqual(await small?.read());
  });

  test("shows sceneAt of its seed and index", async () => {
    const entries = await entriesOf(createScenesCorpus({ images: 16, seed: 7 }));
    const scenes = await Promise.all(
      entries.map(async (entry) => readScene(await decodeImage(await entry.read()))),
    );
    const colours = scenes.map((scene) => scene?.background.colour);
    expect(colours).toEqual(entries.map((_, index) => sceneAt(7, index).background.colour));
  });

  test.each([
    { images: 0, seed: 1 },
    { images: 1.5, seed: 1 },
    { images: 1, seed: 0.5 },
    { images: 1, seed: 1, size: 8 },
  ])("refuses %j", (settings) => {
    expect(() => createScenesCorpus(settings)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });

  test.each([null, 3, {}, { start: 0, end: 6 }, { start: -1, end: 2 }, { start: 2, end: 2 }])(
    "refuses the shard input %j",
    async (input) => {
      const entries = createScenesCorpus({ images: 5, seed: 1 }).read(input);
      await expect(entries[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: "invalid-argument",
      });
    },
  );
});
