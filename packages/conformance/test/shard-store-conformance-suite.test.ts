// oxlint-disable typescript/unbound-method -- the fakes use no `this`
import { createHash } from "node:crypto";
import { shardStoreConformanceSuite } from "@megapairs/conformance";
import type { ConformanceSuite, OpenShardStore } from "@megapairs/conformance";
import type { Row, ShardCommit, ShardOutput, ShardStoreV1 } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { describeMutants } from "./mutants.ts";
import type { Mutants } from "./mutants.ts";

interface Memory {
  readonly marks: Map<string, ShardCommit>;
  readonly rows: Map<string, readonly Row[]>;
}

function keyOf({ identity, shard }: { readonly identity: string; readonly shard: string }): string {
  return `${identity}/${shard}`;
}

function createStore({ marks, rows }: Memory): ShardStoreV1 {
  return {
    specificationVersion: "shard-store-v1",
    async commits(identity) {
      return [...marks.values()].filter((mark) => mark.identity === identity);
    },
    async recover(identity) {
      for (const key of rows.keys()) {
        if (key.startsWith(identity) && !marks.has(key)) rows.delete(key);
      }
    },
    async commit(output) {
      const key = keyOf(output);
      const written = Object.values(output.tables).flat();
      rows.set(key, written);
      const { stage, identity, shard } = output;
      const mark: ShardCommit = {
        stage,
        identity,
        shard,
        rows: Object.fromEntries(
          Object.entries(output.tables).map(([name, all]) => [name, all.length]),
        ),
        rejected: output.rejects.length,
        digest: createHash("sha256").update(JSON.stringify(output.tables)).digest("hex"),
      };
      marks.set(key, mark);
      return mark;
    },
  };
}

function suite(
  change: (store: ShardStoreV1, memory: Memory) => Partial<ShardStoreV1> = () => ({}),
): ConformanceSuite {
  return shardStoreConformanceSuite({
    table: "images",
    key: "id",
    row: (index) => ({ id: `id ${index}` }),
    async create(): Promise<OpenShardStore> {
      const memory: Memory = { marks: new Map(), rows: new Map() };
      const store = createStore(memory);
      return {
        store: { ...store, ...change(store, memory) },
        readRows: async () => [...memory.rows.values()].flat(),
      };
    },
  });
}

const committing = (
  wrap: (store: ShardStoreV1, memory: Memory, output: ShardOutput) => Promise<ShardCommit>,
): (() => ConformanceSuite) =>
  suite.bind(undefined, (store, memory) => ({
    commit: (output) => wrap(store, memory, output),
  }));

function rowsOf(output: ShardOutput): readonly Row[] {
  return output.tables["images"] ?? [];
}

const mutants: Mutants = {
  "states its identity and starts without done-marks": () =>
    suite(({ commits }, { marks }) => ({
      commits: async (identity) =>
        marks.size === 0
          ? [{ stage: "", identity, shard: "", rows: {}, rejected: 0, digest: "" }]
          : commits(identity),
    })),
  "shows the rows of committed shards": committing(async ({ commit }, { rows }, output) => {
    const mark = await commit(output);
    const written = rowsOf(output);
    if (written.length === 3) rows.set(keyOf(output), written.slice(1));
    return mark;
  }),
  "lists the done-mark that a commit gave": committing(async ({ commit }, _, output) => ({
    ...(await commit(output)),
    rejected: 0,
  })),
  "marks a shard without rows as done": committing(async ({ commit }, { marks }, output) => {
    const mark = await commit(output);
    if (rowsOf(output).length === 0) marks.delete(keyOf(output));
    return mark;
  }),
  "counts a shard once that is committed again": committing(
    async ({ commit }, { rows, marks }, output) => {
      const again = marks.has(keyOf(output));
      await Promise.resolve();
      const mark = await commit(output);
      if (again) rows.set(`${keyOf(output)} again`, rowsOf(output));
      return mark;
    },
  ),
  "takes commits of several shards at once": () => {
    return suite(({ commit }, { marks, rows }) => {
      let inFlight = 0;
      return {
        async commit(output) {
          inFlight += 1;
          await Promise.resolve();
          const isCrowded = inFlight > 2;
          const mark = await commit(output);
          if (isCrowded) {
            rows.delete(keyOf(output));
            marks.delete(keyOf(output));
          }
          inFlight -= 1;
          return mark;
        },
      };
    });
  },
  "counts a shard once that is committed twice at once": () => {
    return suite(({ commit }, { rows }) => {
      const inFlight = new Set<string>();
      return {
        async commit(output) {
          const key = keyOf(output);
          const isSecond = inFlight.has(key);
          inFlight.add(key);
          await Promise.resolve();
          const mark = await commit(output);
          if (isSecond) rows.set(`${key} again`, rowsOf(output));
          inFlight.delete(key);
          return mark;
        },
      };
    });
  },
  "keeps the done-marks of stages apart": () =>
    suite((_, { marks }) => ({
      commits: async (identity) => {
        const all = [...marks.values()];
        const others = all.filter((mark) => mark.shard === "000000" && mark.identity !== identity);
        return [...all.filter((mark) => mark.identity === identity), ...others];
      },
    })),
  "digests equal rows alike and other rows otherwise": committing(async ({ commit }, _, output) => {
    const mark = await commit(output);
    return output.identity.startsWith("1f") ? { ...mark, digest: "0".repeat(64) } : mark;
  }),
  "recovers without touching what has a done-mark": () =>
    suite(({ recover }, { rows }) => ({
      async recover(identity, tables) {
        await recover(identity, tables);
        rows.clear();
      },
    })),
};

describe("shard store kit", () => {
  describeMutants(suite, mutants);

  it("has a mutant for every test", () => {
    expect(suite().tests.map(({ name }) => name)).toEqual(Object.keys(mutants));
  });
});
