import { MegaPairsError } from "@megapairs/spec";
import type { Benchmark, BenchmarkItem, BenchmarkQuery } from "../benchmarks/benchmark.ts";
import type { QueryRanking, QueryRankings } from "./query-ranking.ts";

/** What a reranker gets: a query and its best candidates. */
export interface RerankRequest {
  readonly query: BenchmarkQuery;
  /** Best first. */
  readonly candidates: readonly {
    readonly id: string;
    readonly score: number;
    readonly item: BenchmarkItem;
  }[];
  readonly signal?: AbortSignal | undefined;
}

/** Gives the same ids in a better order. */
export type Rerank = (request: RerankRequest) => Promise<readonly string[]>;

/** What {@link rerankAll} needs of a run's options. */
export interface RerankOptions {
  readonly rerank?: Rerank | undefined;
  readonly rerankDepth?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DEPTH = 50;

/**
 * Lets a reranker at the head of every ranking, query by query; what is further down stays. Throws
 * `invalid-output` if it gives other ids than it got. Similarities are dropped: they are no longer what
 * ranks.
 */
export async function rerankAll(
  { queries, candidateOf }: Benchmark,
  rankings: QueryRankings,
  { rerank, rerankDepth = DEPTH, signal }: RerankOptions,
): Promise<QueryRankings> {
  if (rerank === undefined) return rankings;
  const reranked = new Map<string, QueryRanking>();
  for (const query of queries) {
    const ranking = rankings.get(query.id);
    if (ranking === undefined) continue;
    signal?.throwIfAborted();
    const head = ranking.ids.slice(0, rerankDepth);
    const scores = new Map(head.map((id, at) => [id, ranking.scores[at]!]));
    const ids = await rerank({
      query,
      candidates: head.map((id) => ({ id, score: scores.get(id)!, item: candidateOf(query, id) })),
      signal,
    });
    if (
      ids.length !== head.length ||
      new Set(ids).size < ids.length ||
      !ids.every((id) => scores.has(id))
    ) {
      throw new MegaPairsError(
        "invalid-output",
        `The reranker gave ${ids.length} ids for query "${query.id}"; expected the ${head.length} it got, each once.`,
      );
    }
    reranked.set(query.id, {
      ids: [...ids, ...ranking.ids.slice(head.length)],
      scores: [...ids.map((id) => scores.get(id)!), ...ranking.scores.slice(head.length)],
      similarities: undefined,
    });
  }
  return reranked;
}
