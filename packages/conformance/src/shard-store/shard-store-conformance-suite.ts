import assert from "node:assert/strict";
import type { Row, ShardOutput, ShardStoreV1 } from "@megapairs/spec";
import type { ConformanceSuite, ConformanceTest } from "../conformance-suite.ts";

/** A store under test, with the way to look into it. */
export interface OpenShardStore {
  readonly store: ShardStoreV1;
  /** Every row of a table that a reader of the finished dataset would see, in any order. */
  readonly readRows: (table: string) => Promise<readonly Row[]>;
  /** Closes the store and removes what it wrote. */
  readonly close?: () => Promise<void>;
}

/** What the store kit needs from the implementation under test. */
export interface ShardStoreConformanceSubject {
  /** Opens an empty store for one test. */
  readonly create: () => Promise<OpenShardStore>;
  /** A table to write to. */
  readonly table: string;
  /** The column of it that tells rows apart. */
  readonly key: string;
  /** A row of it that no other index gives. */
  readonly row: (index: number) => Row;
}

const STAGE = "0f".repeat(32);
const OTHER_STAGE = "f0".repeat(32);

function sorted(keys: readonly unknown[]): string[] {
  return keys.map((key) => JSON.stringify(key)).toSorted();
}

interface StoreTest {
  readonly name: string;
  readonly run: (open: OpenShardStore) => Promise<void>;
}

function storeTests({ table, key, row }: ShardStoreConformanceSubject): StoreTest[] {
  const output = (shard: number, rows: readonly number[], identity = STAGE): ShardOutput => ({
    stage: "conformance",
    identity,
    shard: String(shard).padStart(6, "0"),
    tables: { [table]: rows.map(row) },
    rejects: [{ item: `item ${shard}`, code: "corrupt-data", reason: "made for the test" }],
  });
  const keysIn = async ({ readRows }: OpenShardStore): Promise<string[]> =>
    sorted((await readRows(table)).map((each) => each[key]));
  const keysOf = (indices: readonly number[]): string[] =>
    sorted(indices.map((index) => row(index)[key]));

  return [
    {
      name: "states its identity and starts without done-marks",
      async run({ store }) {
        assert.equal(store.specificationVersion, "shard-store-v1");
        assert.deepEqual(await store.commits(STAGE), []);
      },
    },
    {
      name: "shows the rows of committed shards",
      async run(open) {
        await open.store.commit(output(0, [0, 1, 2]));
        await open.store.commit(output(1, [3, 4]));
        assert.deepEqual(await keysIn(open), keysOf([0, 1, 2, 3, 4]));
      },
    },
    {
      name: "lists the done-mark that a commit gave",
      async run({ store }) {
        const mark = await store.commit(output(0, [0, 1, 2]));
        assert.deepEqual(await store.commits(STAGE), [mark]);
        const { digest, ...said } = mark;
        assert.match(digest, /^[0-9a-f]{64}$/);
        assert.deepEqual(said, {
          stage: "conformance",
          identity: STAGE,
          shard: "000000",
          rows: { [table]: 3 },
          rejected: 1,
        });
      },
    },
    {
      name: "marks a shard without rows as done",
      async run({ store }) {
        await store.commit({ ...output(0, []), rejects: [] });
        assert.equal((await store.commits(STAGE)).length, 1);
      },
    },
    {
      name: "counts a shard once that is committed again",
      async run(open) {
        const first = await open.store.commit(output(0, [0, 1]));
        const second = await open.store.commit(output(0, [0, 1]));
        assert.equal(second.digest, first.digest);
        assert.equal((await open.store.commits(STAGE)).length, 1);
        assert.deepEqual(await keysIn(open), keysOf([0, 1]));
      },
    },
    {
      name: "takes commits of several shards at once",
      async run(open) {
        const shards = [0, 1, 2, 3, 4, 5];
        await Promise.all(shards.map((shard) => open.store.commit(output(shard, [shard]))));
        assert.equal((await open.store.commits(STAGE)).length, shards.length);
        assert.deepEqual(await keysIn(open), keysOf(shards));
      },
    },
    {
      name: "counts a shard once that is committed twice at once",
      async run(open) {
        await Promise.all([0, 1].map(() => open.store.commit(output(0, [0, 1]))));
        assert.equal((await open.store.commits(STAGE)).length, 1);
        assert.deepEqual(await keysIn(open), keysOf([0, 1]));
      },
    },
    {
      name: "keeps the done-marks of stages apart",
      async run({ store }) {
        await store.commit(output(0, [0]));
        await store.commit(output(0, [1], OTHER_STAGE));
        const marks = [...(await store.commits(STAGE)), ...(await store.commits(OTHER_STAGE))];
        assert.deepEqual(
          marks.map(({ identity }) => identity),
          [STAGE, OTHER_STAGE],
        );
      },
    },
    {
      name: "digests equal rows alike and other rows otherwise",
      async run({ store }) {
        const digests: string[] = [];
        for (const [stage, rows] of [
          [0, 1],
          [0, 1],
          [0, 2],
        ].entries()) {
          const committed = await store.commit(output(0, rows, `${stage}f`.repeat(32)));
          digests.push(committed.digest);
        }
        assert.equal(digests[1], digests[0]);
        assert.notEqual(digests[2], digests[0]);
      },
    },
    {
      name: "recovers without touching what has a done-mark",
      async run(open) {
        await open.store.commit(output(0, [0, 1]));
        await open.store.recover(STAGE, [table]);
        await open.store.recover(OTHER_STAGE, [table]);
        assert.equal((await open.store.commits(STAGE)).length, 1);
        assert.deepEqual(await keysIn(open), keysOf([0, 1]));
      },
    },
  ];
}

/** Every test that a `ShardStoreV1` must pass. Killed writers are each store's own tests' work. */
export function shardStoreConformanceSuite(
  subject: ShardStoreConformanceSubject,
): ConformanceSuite {
  const tests = storeTests(subject).map(({ name, run }): ConformanceTest => ({
    name,
    async run() {
      const open = await subject.create();
      try {
        await run(open);
      } finally {
        await open.close?.();
      }
    },
  }));
  return { tests, close: async () => {} };
}
