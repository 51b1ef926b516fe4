import type {
  DescriptionRecord,
  InstructionRecord,
  NearDuplicateRecord,
  NeighbourRecord,
  PairRecord,
  TripletRecord,
} from "@megapairs/spec";

import { shardsOfTable } from "./commit-log.ts";
import type { LanceStore } from "./lance-store.ts";
import type { ReadOptions, StoredReject } from "./read-options.ts";
import { idRanges, takeSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { equals, isIn } from "./sql.ts";
import { nearDuplicateTableName, neighbourTableName, tableSchema } from "./table-schema.ts";

/** Pairs looked up at once. */
const LOOKUP_PAIRS = 2048;

/** Records of one kind, sorted by the columns named, in bounded memory. */
async function* readSorted<RecordType>(
  snapshot: Snapshot,
  name: string,
  sortBy: readonly [string, ...string[]],
  options: ReadOptions,
): AsyncGenerator<RecordType> {
  const columns = tableSchema(name).columns.map((column) => column.name);
  const shards = shardsOfTable(snapshot.log, name);
  const rowCount = [...shards.values()].reduce((sum, rows) => sum + rows, 0);
  const ranges =
    options.shard === undefined ? idRanges(sortBy[0], rowCount) : [equals("shard", options.shard)];
  yield* snapshot.ordered<RecordType>(name, { columns, sortBy, ranges });
}

/** Neighbour lists of one similarity model, by ascending query id. */
export async function* readNeighbours(
  store: LanceStore,
  relation: string,
  options: ReadOptions,
): AsyncGenerator<NeighbourRecord> {
  yield* readSorted(await takeSnapshot(store), neighbourTableName(relation), ["queryId"], options);
}

/** Near duplicates of one similarity model, by ascending image id. */
export async function* readNearDuplicates(
  store: LanceStore,
  relation: string,
  options: ReadOptions,
): AsyncGenerator<NearDuplicateRecord> {
  const name = nearDuplicateTableName(relation);
  yield* readSorted(await takeSnapshot(store), name, ["imageId"], options);
}

/** Pairs by ascending query id, then target id. */
export async function* readPairs(
  store: LanceStore,
  options: ReadOptions,
): AsyncGenerator<PairRecord> {
  yield* readSorted(await takeSnapshot(store), "pairs", ["queryId", "targetId"], options);
}

/** Descriptions by ascending pair id. */
export async function* readDescriptions(
  store: LanceStore,
  options: ReadOptions,
): AsyncGenerator<DescriptionRecord> {
  yield* readSorted(await takeSnapshot(store), "descriptions", ["pairId"], options);
}

/** Instructions by ascending pair id. */
export async function* readInstructions(
  store: LanceStore,
  options: ReadOptions,
): AsyncGenerator<InstructionRecord> {
  yield* readSorted(await takeSnapshot(store), "instructions", ["pairId"], options);
}

/** Pairs that have a description and instructions, in the order of the pairs. */
export async function* readTriplets(store: LanceStore): AsyncGenerator<TripletRecord> {
  const snapshot = await takeSnapshot(store);
  let pairs: PairRecord[] = [];
  for await (const pair of readSorted<PairRecord>(snapshot, "pairs", ["queryId", "targetId"], {})) {
    pairs.push(pair);
    if (pairs.length < LOOKUP_PAIRS) continue;
    yield* annotated(snapshot, pairs);
    pairs = [];
  }
  yield* annotated(snapshot, pairs);
}

async function* annotated(
  snapshot: Snapshot,
  pairs: readonly PairRecord[],
): AsyncGenerator<TripletRecord> {
  const ids = pairs.map((pair) => pair.id);
  const [descriptions, instructions] = await Promise.all([
    byPairId<DescriptionRecord>(snapshot, "descriptions", ["pairId", "text"], ids),
    byPairId<InstructionRecord>(snapshot, "instructions", ["pairId", "texts"], ids),
  ]);
  for (const pair of pairs) {
    const description = descriptions.get(pair.id);
    const instruction = instructions.get(pair.id);
    if (description === undefined || instruction === undefined) continue;
    yield { ...pair, description: description.text, instructions: instruction.texts };
  }
}

async function byPairId<RecordType extends { readonly pairId: string }>(
  snapshot: Snapshot,
  name: string,
  columns: readonly (string & keyof RecordType)[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordType>> {
  const found = new Map<string, RecordType>();
  if (ids.length === 0) return found;
  for await (const rows of snapshot.scan<RecordType>(name, columns, isIn("pairId", ids))) {
    for (const row of rows) found.set(row.pairId, row);
  }
  return found;
}

/** Rejects by stage, shard, item. */
export async function* readRejects(
  store: LanceStore,
  stage: string | undefined,
): AsyncGenerator<StoredReject> {
  const snapshot = await takeSnapshot(store);
  type Stored = Omit<StoredReject, "identity"> & { readonly stageIdentity: string };
  const stored = snapshot.ordered<Stored>("rejects", {
    columns: ["stage", "stageIdentity", "shard", "item", "code", "reason"],
    sortBy: ["stage", "shard", "item", "code", "reason"],
    ranges: [stage === undefined ? undefined : equals("stage", stage)],
  });
  for await (const { stageIdentity: identity, ...reject } of stored) yield { ...reject, identity };
}
