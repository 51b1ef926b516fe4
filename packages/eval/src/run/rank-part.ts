import type { Benchmark, BenchmarkQuery } from "../benchmarks/benchmark.ts";
import { checkUnitRows } from "../rank/check-unit-rows.ts";
import { rankGallery } from "../rank/rank-gallery.ts";
import { orderOf, scoreRows } from "../rank/score-rows.ts";
import { tieOrder } from "../rank/tie-order.ts";
import type { BenchmarkPart } from "./benchmark-part.ts";
import type { QueryRanking, QueryRankings } from "./query-ranking.ts";

/** What {@link rankPart} needs. */
export interface RankPartOptions {
  readonly benchmark: Benchmark;
  readonly part: BenchmarkPart;
  /** Queries of the part to rank; where candidates are their own, all of those have a vector. */
  readonly queries: readonly BenchmarkQuery[];
  /** Row-major `[queries, dimensions]`. */
  readonly queryVectors: Float32Array;
  /** Row-major `[items, dimensions]`. */
  readonly itemVectors: Float32Array;
  /** Items without a vector: in no ranking. */
  readonly absentRows: ReadonlySet<number>;
  readonly dimensions: number;
  readonly depth: number;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ranks the candidates of every query of a part by cosine. Equal scores come in an order drawn from the
 * two ids, since a position often tells what is right; only MMEB's rule is by position.
 */
export async function rankPart(options: RankPartOptions): Promise<QueryRankings> {
  return options.part.ids === undefined ? rankOwn(options) : rankShared(options, options.part.ids);
}

async function rankShared(
  { benchmark, queries, queryVectors, itemVectors, ...options }: RankPartOptions,
  ids: readonly string[],
): Promise<QueryRankings> {
  const { absentRows, dimensions, depth, threads, signal } = options;
  const present = [...ids.keys()].filter((row) => !absentRows.has(row));
  const gallery =
    absentRows.size === 0 ? itemVectors : gatherRows(itemVectors, present, dimensions);
  const place = new Map(present.map((row, at) => [ids[row]!, at]));
  const { removesReference } = benchmark;
  const ranked = await rankGallery({
    queries: queryVectors,
    gallery,
    dimensions,
    depth: removesReference ? depth + 1 : depth,
    tie: (query, row) => tieOrder(queries[query]!.id, ids[present[row]!]!),
    threads,
    signal,
  });
  return new Map(
    queries.map((query, index) => {
      const { rows, scores } = ranked[index]!;
      const best = Array.from(rows, (row, at) => ({
        id: ids[present[row]!]!,
        score: scores[at]!,
      }))
        .filter(({ id }) => !removesReference || id !== query.referenceId)
        .slice(0, depth);
      const listed = new Set(best.map(({ id }) => id));
      const left = query.subsetIds.filter((id) => !listed.has(id) && place.has(id));
      const own = scoreRows({
        queries: queryVectors,
        query: index,
        gallery,
        dimensions,
        rows: left.map((id) => place.get(id)!),
      });
      const further = orderOf(own, (at) => tieOrder(query.id, left[at]!)).map((at) => ({
        id: left[at]!,
        score: own[at]!,
      }));
      const all = [...best, ...further];
      return [
        query.id,
        rankingOf(
          all.map(({ id }) => id),
          all.map(({ score }) => score),
        ),
      ] as const;
    }),
  );
}

function rankOwn({
  benchmark,
  part,
  queries,
  queryVectors,
  itemVectors,
  absentRows,
  dimensions,
  depth,
}: RankPartOptions): QueryRankings {
  checkUnitRows("queries", queryVectors, dimensions);
  checkUnitRows(`candidates of ${part.name}`, itemVectors, dimensions, absentRows);
  const isByPosition = benchmark.metrics.some(({ kind }) => kind === "precision-at-1");
  const rankings = new Map<string, QueryRanking>();
  for (const [index, query] of queries.entries()) {
    const rows = part.rowsOf(query)!;
    const similarities = scoreRows({
      queries: queryVectors,
      query: index,
      gallery: itemVectors,
      dimensions,
      rows,
    });
    const tie = (at: number): number => (isByPosition ? at : tieOrder(query.id, String(at)));
    const order = orderOf(similarities, tie).slice(0, depth);
    rankings.set(query.id, {
      ids: order.map(String),
      scores: order.map((at) => similarities[at]!),
      similarities,
    });
  }
  return rankings;
}

function rankingOf(ids: readonly string[], scores: readonly number[]): QueryRanking {
  return { ids, scores, similarities: undefined };
}

/** Copies some rows of a matrix. */
export function gatherRows(
  vectors: Float32Array,
  rows: readonly number[],
  dimensions: number,
): Float32Array {
  const gathered = new Float32Array(rows.length * dimensions);
  for (const [at, row] of rows.entries()) {
    gathered.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
  }
  return gathered;
}
