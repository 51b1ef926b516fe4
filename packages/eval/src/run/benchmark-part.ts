import type { Benchmark, BenchmarkItem, BenchmarkQuery } from "../benchmarks/benchmark.ts";

/** Queries that are ranked together, with the candidates of all of them, each once. */
export interface BenchmarkPart {
  /** Gallery, task or data set. */
  readonly name: string;
  readonly queries: readonly BenchmarkQuery[];
  readonly items: readonly BenchmarkItem[];
  /** Ids of the items where all queries rank all of them; undefined where each has its own. */
  readonly ids: readonly string[] | undefined;
  /** Rows of `items` that a query ranks, in the order of its candidates; undefined for all. */
  readonly rowsOf: (query: BenchmarkQuery) => Int32Array | undefined;
}

/**
 * Cuts a benchmark into parts that fit in memory one after the other: one for each gallery or, where
 * candidates are the queries' own, for each first group (GeneCIS's tasks, MMEB's data sets).
 */
export function* partsOf(
  benchmark: Benchmark,
  queries: readonly BenchmarkQuery[],
): Generator<BenchmarkPart> {
  const { hasOwnCandidates, galleries, candidateOf } = benchmark;
  const byPart = Map.groupBy(queries, ({ gallery, groups }) =>
    hasOwnCandidates ? (groups[0] ?? "") : gallery,
  );
  for (const [name, some] of byPart) {
    if (hasOwnCandidates) {
      yield ownPart(benchmark, name, some);
      continue;
    }
    const ids = galleries.get(name) ?? [];
    const items = ids.map((id) => candidateOf(some[0]!, id));
    yield { name, queries: some, items, ids, rowsOf: () => undefined };
  }
}

function ownPart(
  { galleries, candidateOf }: Benchmark,
  name: string,
  queries: readonly BenchmarkQuery[],
): BenchmarkPart {
  const rows = new Map<BenchmarkItem, number>();
  const rowsByQuery = new Map(
    queries.map((query) => [
      query.id,
      Int32Array.from(galleries.get(query.gallery)!, (id) => {
        const item = candidateOf(query, id);
        const row = rows.get(item) ?? rows.size;
        rows.set(item, row);
        return row;
      }),
    ]),
  );
  return {
    name,
    queries,
    items: [...rows.keys()],
    ids: undefined,
    rowsOf: ({ id }) => rowsByQuery.get(id),
  };
}

/** Queries whose right answers, or own candidates, are all there. */
export function answerable(
  { queries, ids, rowsOf }: BenchmarkPart,
  absentRows: ReadonlySet<number>,
): readonly BenchmarkQuery[] {
  if (ids === undefined) {
    return queries.filter((query) => !rowsOf(query)!.some((row) => absentRows.has(row)));
  }
  const present = new Set(ids.filter((_, row) => !absentRows.has(row)));
  return queries.filter(({ targets }) => [...targets.keys()].every((id) => present.has(id)));
}
