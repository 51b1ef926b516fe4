// oxlint-disable typescript/unbound-method -- the fakes use no `this`
import { corpusConformanceSuite } from "@megapairs/conformance";
import type { ConformanceSuite } from "@megapairs/conformance";
import type { CorpusEntry, CorpusShard, CorpusV1 } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { describeMutants } from "./mutants.ts";
import type { Mutants } from "./mutants.ts";

const ENTRIES = 5;

function entry(index: number): CorpusEntry {
  const path = `folder/${index}.png`;
  return { path, caption: `picture ${index}`, read: async () => Uint8Array.of(index, 1, 2) };
}

function createCorpus(): CorpusV1 {
  return {
    specificationVersion: "corpus-v1",
    name: "five made-up files",
    async *plan({ shardSize }) {
      for (let first = 0; first < ENTRIES; first += shardSize) {
        const entries = Math.min(shardSize, ENTRIES - first);
        yield { id: String(first).padStart(6, "0"), entries, input: { first, entries } };
      }
    },
    async *read(input) {
      const { first, entries } = input as { first: number; entries: number };
      for (let index = first; index < first + entries; index++) yield entry(index);
    },
  };
}

function suite(change: (corpus: CorpusV1) => Partial<CorpusV1> = () => ({})): ConformanceSuite {
  return corpusConformanceSuite({
    entries: ENTRIES,
    create() {
      const corpus = createCorpus();
      return { ...corpus, ...change(corpus) };
    },
  });
}

const planning = (
  change: (shard: CorpusShard, index: number) => CorpusShard,
): (() => ConformanceSuite) =>
  suite.bind(undefined, ({ plan }) => ({
    async *plan(options) {
      let index = 0;
      for await (const shard of plan(options)) yield change(shard, index++);
    },
  }));

const reading = (change: (entry: CorpusEntry) => CorpusEntry): (() => ConformanceSuite) =>
  suite.bind(undefined, ({ read }) => ({
    async *read(input) {
      for await (const each of read(input)) yield change(each);
    },
  }));

let calls = 0;

const mutants: Mutants = {
  "states its identity": () => suite(() => ({ name: "" })),
  "plans the same shards every time": planning((shard) => ({
    ...shard,
    id: `${shard.id}-${String(calls++).padStart(9, "0")}`,
  })),
  "plans shards of 1 to shardSize entries that together hold them all": () =>
    suite(({ plan }) => ({
      async *plan(options) {
        if (options.shardSize <= ENTRIES) yield* plan(options);
      },
    })),
  "names shards uniquely, sorting in corpus order": planning((shard, index) => ({
    ...shard,
    id: index === 4 ? "000000" : shard.id,
  })),
  "reads the planned number of entries from a shard's input, in another process too": () =>
    suite(({ plan, read }) => {
      let isPlanned = false;
      return {
        async *plan(options) {
          isPlanned = true;
          yield* plan(options);
        },
        async *read(input) {
          if (isPlanned) yield* read(input);
        },
      };
    }),
  "gives the same entries in the same order for every shard size": () =>
    suite(({ read }) => ({
      async *read(input) {
        const { entries } = input as { entries: number };
        for await (const each of read(input)) yield { ...each, caption: String(entries) };
      },
    })),
  "names entries by unique relative paths with forward slashes": reading((each) => ({
    ...each,
    path: `/${each.path}`,
  })),
  "reads the same bytes every time": reading((each) => ({
    ...each,
    read: async () => Uint8Array.of(calls++),
  })),
};

describe("corpus kit", () => {
  describeMutants(suite, mutants);

  it("has a mutant for every test", () => {
    expect(suite().tests.map(({ name }) => name)).toEqual(Object.keys(mutants));
  });
});
