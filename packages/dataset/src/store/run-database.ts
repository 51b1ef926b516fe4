import { Index } from "@lancedb/lancedb";
import type {
  DescriptionRecord,
  EmbeddingMatrix,
  InstructionRecord,
  NearDuplicateRecord,
  NeighbourRecord,
  PairRecord,
  ShardStoreV1,
  TripletRecord,
} from "@megapairs/spec";

import { readCommitLog, shardsOfTable } from "./commit-log.ts";
import indexes from "./indexes.json" with { type: "json" };
import { contentDigest, verifyShards } from "./integrity.ts";
import type { DamagedShard } from "./integrity.ts";
import { openLanceStore } from "./lance-store.ts";
import { readEmbeddings } from "./read-embeddings.ts";
import { readImages } from "./read-images.ts";
import type {
  ReadImagesOptions,
  ReadOptions,
  StoredImage,
  StoredImageWithBytes,
  StoredReject,
  StoredStage,
} from "./read-options.ts";
import {
  readDescriptions,
  readInstructions,
  readNearDuplicates,
  readNeighbours,
  readPairs,
  readRejects,
  readTriplets,
} from "./read-records.ts";
import { createShardWriter } from "./shard-writer.ts";
import { takeSnapshot } from "./snapshot.ts";
import { spoolEmbeddings } from "./spool-embeddings.ts";
import type { SpooledEmbeddings, SpoolEmbeddingsOptions } from "./spool-embeddings.ts";
import { storeError } from "./store-error.ts";
import { syncDirectory } from "../sync-directory.ts";
import { embeddingTableName } from "./table-schema.ts";

/** How to open a run's database. */
export interface OpenRunDatabaseOptions {
  /** Refuses to create or write anything. Default false. */
  readonly readOnly?: boolean | undefined;
}

/**
 * The database of a run: the writing side is `ShardStoreV1`, the readers give records of
 * `@megapairs/spec`. Readers see whole committed shards only, in an order that depends on the
 * rows alone, as they were when the reader started, and hold a bounded part of them in memory.
 *
 * Rows of `commit` are the records themselves: `images` takes {@link ImageRow}, and
 * `embeddings_*` `EmbeddingRecord`, `neighbours_*` `NeighbourRecord`, `near_duplicates_*`
 * `NearDuplicateRecord`, `pairs` `PairRecord`, `descriptions` `DescriptionRecord`, `instructions`
 * `InstructionRecord`; a missing, mistyped or unknown field, and a vector of another length, not
 * finite or not of norm 1, is an `invalid-argument`. Failing disks and permissions are
 * `unavailable`, damaged tables `corrupt-data`.
 */
export interface RunDatabase extends ShardStoreV1 {
  /** Where it is. */
  readonly uri: string;
  /** Discards a stage: its done-marks, its rejects and its rows in `tables`. */
  removeStage(identity: string, tables: readonly string[]): Promise<void>;
  /** Every stage that has done-marks, by name and identity. */
  stages(): Promise<readonly StoredStage[]>;
  /** Committed rows of a table; 0 for one that is not there. */
  countRows(table: string): Promise<number>;
  /** Shards that have rows in a table, ascending. */
  shardsOf(table: string): Promise<readonly string[]>;
  /** Ids of all images, ascending. */
  imageIds(): Promise<readonly string[]>;
  /** Images with their bytes; order as below. */
  readImages(
    options: ReadImagesOptions & { readonly bytes: true },
  ): AsyncIterable<StoredImageWithBytes>;
  /** Images by shard and ordinal, or in the order of `ids`. */
  readImages(options?: ReadImagesOptions): AsyncIterable<StoredImage>;
  /** All embeddings of an encoder, ids ascending; no rows and 0 dimensions where there are none. */
  readEmbeddings(relation: string, fingerprint: string): Promise<EmbeddingMatrix>;
  /**
   * The same without holding them in memory: writes them to `file`, a `.npy` matrix, ids ascending, and
   * reads it by ranges.
   */
  spoolEmbeddings(
    relation: string,
    fingerprint: string,
    options: SpoolEmbeddingsOptions,
  ): Promise<SpooledEmbeddings>;
  /** Ids that have an embedding, ascending. */
  storedIds(relation: string, fingerprint: string): Promise<readonly string[]>;
  /** Neighbour lists, by ascending query id. */
  readNeighbours(relation: string, options?: ReadOptions): AsyncIterable<NeighbourRecord>;
  /** Near duplicates, by ascending image id. */
  readNearDuplicates(relation: string, options?: ReadOptions): AsyncIterable<NearDuplicateRecord>;
  /** Pairs, by ascending query id, then target id. */
  readPairs(options?: ReadOptions): AsyncIterable<PairRecord>;
  /** Descriptions, by ascending pair id. */
  readDescriptions(options?: ReadOptions): AsyncIterable<DescriptionRecord>;
  /** Instructions, by ascending pair id. */
  readInstructions(options?: ReadOptions): AsyncIterable<InstructionRecord>;
  /** Pairs that have a description and instructions, in the order of `readPairs`. */
  readTriplets(): AsyncIterable<TripletRecord>;
  /** Rejects of a stage name, or of all; by stage, shard, item. */
  readRejects(options?: { readonly stage?: string | undefined }): AsyncIterable<StoredReject>;
  /**
   * SHA-256, lower-case hex, over every committed row and reject, whatever their order, shards and
   * stage identities: two databases with the same digest hold the same data.
   */
  contentDigest(): Promise<string>;
  /** Reads everything and names the shards that differ from their done-mark. */
  verify(): Promise<readonly DamagedShard[]>;
  /**
   * Indexes the columns by which `readImages({ids})`, `readImages({shard})` and `readTriplets`
   * look rows up. Worth it beyond some 100,000 rows; call it once a stage is complete.
   */
  createIndexes(): Promise<void>;
  /** Waits until a local disk holds all that was written: LanceDB itself never syncs. */
  sync(): Promise<void>;
  close(): void;
}

/**
 * Opens the LanceDB database of a run, at a directory or an address such as `s3://bucket/run`.
 * Without `readOnly` it is created at the first commit.
 *
 * Rejects with `invalid-argument` when the place is a file, a directory that holds something
 * else, or, read-only, not there; `unsupported` on a database of another layout version;
 * `unavailable` when the place cannot be reached.
 */
export async function openRunDatabase(
  uri: string,
  options: OpenRunDatabaseOptions = {},
): Promise<RunDatabase> {
  const store = await openLanceStore(uri, options.readOnly ?? false);
  const writer = createShardWriter(store);

  async function ascendingIds(table: string, column: string): Promise<readonly string[]> {
    const snapshot = await takeSnapshot(store);
    const ids = new Set<string>();
    for await (const rows of snapshot.scan<Readonly<Record<string, string>>>(table, [column])) {
      for (const row of rows) ids.add(row[column] ?? "");
    }
    return [...ids].toSorted();
  }

  return {
    ...writer,
    uri,
    async stages() {
      const stages = new Map<string, StoredStage>();
      for (const { stage, identity, rows, rejected } of (await readCommitLog(store)).values()) {
        const known = stages.get(identity);
        const sums: Record<string, number> = { ...known?.rows };
        for (const [table, count] of Object.entries(rows)) sums[table] = (sums[table] ?? 0) + count;
        stages.set(identity, {
          stage,
          identity,
          shards: (known?.shards ?? 0) + 1,
          rows: sums,
          rejected: (known?.rejected ?? 0) + rejected,
        });
      }
      return [...stages.values()].toSorted((left, right) =>
        left.stage + left.identity < right.stage + right.identity ? -1 : 1,
      );
    },
    async countRows(table) {
      const shards = shardsOfTable(await readCommitLog(store), table);
      return [...shards.values()].reduce((sum, rows) => sum + rows, 0);
    },
    async shardsOf(table) {
      return [...shardsOfTable(await readCommitLog(store), table).keys()];
    },
    imageIds: () => ascendingIds("images", "id"),
    readImages: (readOptions?: ReadImagesOptions) => readImages(store, readOptions ?? {}),
    readEmbeddings: (relation, fingerprint) => readEmbeddings(store, relation, fingerprint),
    spoolEmbeddings: (relation, fingerprint, spoolOptions) =>
      spoolEmbeddings(store, embeddingTableName(relation, fingerprint), spoolOptions),
    storedIds: (relation, fingerprint) =>
      ascendingIds(embeddingTableName(relation, fingerprint), "imageId"),
    readNeighbours: (relation, readOptions = {}) => readNeighbours(store, relation, readOptions),
    readNearDuplicates: (relation, readOptions = {}) =>
      readNearDuplicates(store, relation, readOptions),
    readPairs: (readOptions = {}) => readPairs(store, readOptions),
    readDescriptions: (readOptions = {}) => readDescriptions(store, readOptions),
    readInstructions: (readOptions = {}) => readInstructions(store, readOptions),
    readTriplets: () => readTriplets(store),
    readRejects: ({ stage } = {}) => readRejects(store, stage),
    contentDigest: () => contentDigest(store),
    verify: () => verifyShards(store),
    async createIndexes() {
      store.checkWritable();
      for (const { table: name, column } of indexes) {
        const table = await store.open(name);
        if (table === undefined) continue;
        await table.createIndex(column, { config: Index.btree() }).catch((error: unknown) => {
          throw storeError(`index ${column} of the table ${name}`, error, "unavailable");
        });
      }
    },
    async sync() {
      if (!uri.includes("://")) await syncDirectory(uri);
    },
    close: () => store.close(),
  };
}
