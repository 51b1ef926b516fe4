import { createHash } from "node:crypto";
import { describeCorpusConformance } from "@megapairs/conformance";
import { decodeImage } from "@megapairs/image";
import { createObjectsCorpus, splitCombinations } from "@megapairs/scenes";
import type { ObjectsCorpusSettings } from "@megapairs/scenes";
import type { CorpusEntry, CorpusV1 } from "@megapairs/spec";
import { describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

describeCorpusConformance("objects", {
  create: () => createObjectsCorpus({ images: 5, seed: 1 }),
  entries: 5,
});

async function entriesOf(corpus: CorpusV1, shardSize = 7): Promise<CorpusEntry[]> {
  const entries: CorpusEntry[] = [];
  for await (const shard of corpus.plan({ shardSize })) {
    for await (const entry of corpus.read(shard.input)) entries.push(entry);
  }
  return entries;
}

async function digests(settings: ObjectsCorpusSettings, shardSize?: number): Promise<string[]> {
  const all: string[] = [];
  for (const entry of await entriesOf(createObjectsCorpus(settings), shardSize)) {
    all.push(
      createHash("sha256")
        .update(await entry.read())
        .digest("hex"),
    );
  }
  return all;
}

describe("createObjectsCorpus", () => {
  test("gives the same bytes in any shards, and none in common with another seed", async () => {
    const first = await digests({ images: 12, seed: 7 });
    expect(await digests({ images: 14, seed: 7 }, 5)).toEqual(expect.arrayContaining(first));
    const other = await digests({ images: 12, seed: 8 });
    expect(new Set([...first, ...other]).size).toBe(24);
  });

  test("shows its combinations in rounds, in 96 pixels, and says what they are", async () => {
    const combinations = splitCombinations().heldOut.slice(0, 3);
    const entries = await entriesOf(createObjectsCorpus({ images: 6, seed: 2, combinations }));
    for (const [index, entry] of entries.entries()) {
      const { colour, background } = combinations[index % 3]!;
      expect(entry.caption?.toLowerCase()).toContain(colour);
      expect(entry.caption?.toLowerCase()).toContain(background);
      expect(await decodeImage(await entry.read())).toMatchObject({ width: 96, height: 96 });
    }
  });

  test("shows nothing that is held out unless asked", async () => {
    const { trained } = splitCombinations();
    const asked = createObjectsCorpus({ images: 400, seed: 1, combinations: trained });
    const captions = (await entriesOf(asked)).map(({ caption }) => caption);
    const plain = await entriesOf(createObjectsCorpus({ images: 400, seed: 1 }));
    expect(plain.map(({ caption }) => caption)).toEqual(captions);
  });

  test.each([
    { images: 0, seed: 1 },
    { images: 1, seed: 0.5 },
    { images: 1, seed: 1, combinations: [] },
  ])("refuses %j", (settings) => {
    expect(() => createObjectsCorpus(settings)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});

describe("splitCombinations", () => {
  test("holds out pairs of colour and shape whose words are all known", () => {
    const { trained, heldOut } = splitCombinations();
    expect(trained.length + heldOut.length).toBe(429);
    const pairs = new Set(trained.map(({ colour, shape }) => `${colour} ${shape}`));
    const words = new Set(trained.flatMap((each) => Object.values(each)));
    for (const each of heldOut) {
      expect(pairs).not.toContain(`${each.colour} ${each.shape}`);
      for (const word of Object.values(each)) expect(words).toContain(word);
    }
    expect(heldOut.length).toBeGreaterThan(50);
  });

  test("repeats for a seed and follows it", () => {
    expect(splitCombinations({ seed: 3 })).toEqual(splitCombinations({ seed: 3 }));
    expect(splitCombinations({ seed: 3 })).not.toEqual(splitCombinations({ seed: 4 }));
    expect(splitCombinations({ heldOutShare: 0 }).heldOut).toEqual([]);
  });

  test.each([{ seed: 0.5 }, { heldOutShare: -0.1 }, { heldOutShare: Number.NaN }])(
    "refuses %j",
    (options) => {
      expect(() => splitCombinations(options)).toThrow(
        expect.objectContaining({ code: "invalid-argument" }),
      );
    },
  );
});
