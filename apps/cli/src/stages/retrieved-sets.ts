import type { RunDatabase } from "@megapairs/dataset";
import { mergeNeighbours } from "@megapairs/mine";
import type { RetrievedSet } from "@megapairs/mine";
import type { NeighbourRecord } from "@megapairs/spec";

/** The retrieved sets of a run, by position. */
export interface RetrievedSets {
  count(): Promise<number>;
  /** All of them, from the first on. */
  all(): AsyncIterable<RetrievedSet>;
  /** Those from `start` to before `end`: cheap when they follow those read before. */
  read(start: number, end: number): Promise<readonly RetrievedSet[]>;
}

/**
 * Unites the neighbours that each relation found, one query image at a time: a run's neighbour lists
 * do not fit in memory, but all relations have them in the order of their query ids.
 */
export function createRetrievedSets(
  database: Pick<RunDatabase, "readNeighbours">,
  relations: readonly string[],
): RetrievedSets {
  let reader: { readonly sets: AsyncGenerator<RetrievedSet>; position: number } | undefined;

  return {
    async count() {
      let sets = 0;
      for await (const _ of unite(database, relations)) sets += 1;
      return sets;
    },
    all: () => unite(database, relations),
    async read(start, end) {
      const current =
        reader !== undefined && reader.position <= start
          ? reader
          : { sets: unite(database, relations), position: 0 };
      reader = undefined;
      const found: RetrievedSet[] = [];
      while (current.position < end) {
        const next = await current.sets.next();
        if (next.done === true) break;
        if (current.position >= start) found.push(next.value);
        current.position += 1;
      }
      reader = current;
      return found;
    },
  };
}

/** By ascending query id. */
async function* unite(
  database: Pick<RunDatabase, "readNeighbours">,
  relations: readonly string[],
): AsyncGenerator<RetrievedSet> {
  const lists = await Promise.all(
    relations.map(async (name) => openList(database.readNeighbours(name))),
  );
  for (;;) {
    const heads = lists.flatMap(({ head }) => (head === undefined ? [] : [head.queryId]));
    const [queryId] = heads.toSorted();
    if (queryId === undefined) return;
    const records: NeighbourRecord[] = [];
    for (const list of lists) {
      while (list.head?.queryId === queryId) {
        records.push(list.head);
        await list.advance();
      }
    }
    yield* mergeNeighbours(records);
  }
}

interface List {
  /** Undefined behind the last record. */
  readonly head: NeighbourRecord | undefined;
  advance(): Promise<void>;
}

async function openList(records: AsyncIterable<NeighbourRecord>): Promise<List> {
  const iterator = records[Symbol.asyncIterator]();
  let result = await iterator.next();
  return {
    get head() {
      return result.done === true ? undefined : result.value;
    },
    async advance() {
      result = await iterator.next();
    },
  };
}
