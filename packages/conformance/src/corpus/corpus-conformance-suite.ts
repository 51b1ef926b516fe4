import assert from "node:assert/strict";
import type { CorpusEntry, CorpusShard, CorpusV1, JsonValue } from "@megapairs/spec";
import { assertEqualData } from "../assert-equal-data.ts";
import { collect } from "../collect.ts";
import type { ConformanceSuite, ConformanceTest } from "../conformance-suite.ts";

/** What the corpus kit needs from the implementation under test. */
export interface CorpusConformanceSubject {
  /** Opens the same corpus anew at every call, as another process would. */
  readonly create: () => CorpusV1 | Promise<CorpusV1>;
  /** How many entries it holds, at least 3. */
  readonly entries: number;
}

const SHARD_SIZE = 2;

async function planOf(corpus: CorpusV1, shardSize: number): Promise<CorpusShard[]> {
  return collect(corpus.plan({ shardSize }));
}

async function entriesOf(corpus: CorpusV1, shardSize: number): Promise<CorpusEntry[]> {
  const shards = await planOf(corpus, shardSize);
  const entries = await Promise.all(shards.map(({ input }) => collect(corpus.read(input))));
  return entries.flat();
}

function facts({ path, caption }: CorpusEntry): { path: string; caption: string | undefined } {
  return { path, caption };
}

function planTests({ create, entries }: CorpusConformanceSubject): ConformanceTest[] {
  return [
    {
      name: "states its identity",
      async run() {
        const corpus = await create();
        assert.equal(corpus.specificationVersion, "corpus-v1");
        assert.notEqual(corpus.name, "");
      },
    },
    {
      name: "plans the same shards every time",
      async run() {
        const [first, second] = [await create(), await create()];
        assert.deepEqual(await planOf(second, SHARD_SIZE), await planOf(first, SHARD_SIZE));
      },
    },
    {
      name: "plans shards of 1 to shardSize entries that together hold them all",
      async run() {
        for (const shardSize of [1, SHARD_SIZE, entries + 7]) {
          const sizes = (await planOf(await create(), shardSize)).map((shard) => shard.entries);
          assert.ok(
            sizes.every((size) => size >= 1 && size <= shardSize),
            `${sizes.join()} of ${shardSize}`,
          );
          assert.equal(
            sizes.reduce((sum, size) => sum + size, 0),
            entries,
          );
        }
      },
    },
    {
      name: "names shards uniquely, sorting in corpus order",
      async run() {
        const ids = (await planOf(await create(), 1)).map(({ id }) => id);
        assert.deepEqual(ids, [...new Set(ids)].toSorted());
      },
    },
  ];
}

function readTests({ create }: CorpusConformanceSubject): ConformanceTest[] {
  return [
    {
      name: "reads the planned number of entries from a shard's input, in another process too",
      async run() {
        for (const shard of await planOf(await create(), SHARD_SIZE)) {
          const input: JsonValue = JSON.parse(JSON.stringify(shard.input));
          const read = await collect((await create()).read(input));
          assert.equal(read.length, shard.entries, `shard ${shard.id}`);
        }
      },
    },
    {
      name: "gives the same entries in the same order for every shard size",
      async run() {
        const corpus = await create();
        const [single, pairs] = [await entriesOf(corpus, 1), await entriesOf(corpus, SHARD_SIZE)];
        assert.deepEqual(pairs.map(facts), single.map(facts));
      },
    },
    {
      name: "names entries by unique relative paths with forward slashes",
      async run() {
        const paths = (await entriesOf(await create(), SHARD_SIZE)).map(({ path }) => path);
        assert.equal(new Set(paths).size, paths.length, "a path comes twice");
        for (const path of paths) {
          const steps = path.split("/");
          const plain = steps.every((step) => step !== "" && step !== "." && step !== "..");
          assert.ok(
            plain && !path.includes("\\") && !/^[A-Za-z]:/.test(path),
            JSON.stringify(path),
          );
        }
      },
    },
    {
      name: "reads the same bytes every time",
      async run() {
        const [first, second] = [await create(), await create()];
        const again = await entriesOf(second, 1);
        for (const [index, entry] of (await entriesOf(first, 1)).entries()) {
          const bytes = await entry.read();
          assert.ok(bytes instanceof Uint8Array && bytes.length > 0, `${entry.path} is empty`);
          assertEqualData(await again[index]?.read(), bytes, `${entry.path} reads differently`);
        }
      },
    },
  ];
}

/** Every test that a `CorpusV1` must pass. */
export function corpusConformanceSuite(subject: CorpusConformanceSubject): ConformanceSuite {
  return { tests: [...planTests(subject), ...readTests(subject)], close: async () => {} };
}
