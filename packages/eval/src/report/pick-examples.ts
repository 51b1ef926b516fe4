import type { BenchmarkRun } from "../run/run-benchmark.ts";
import { tieOrder } from "../rank/tie-order.ts";
import type { BenchmarkItem, BenchmarkQuery } from "../benchmarks/benchmark.ts";

/** A candidate of an example. */
export interface ExampleCandidate {
  readonly id: string;
  readonly item: BenchmarkItem;
  /** Cosine. */
  readonly score: number;
  /** What it is worth: 1 where it is right, 0 where it is wrong. */
  readonly gain: number;
}

/** A query and what came first for it. */
export interface RunExample {
  readonly query: BenchmarkQuery;
  /** Headline score, a share of 1. */
  readonly score: number;
  /** Best first. */
  readonly candidates: readonly ExampleCandidate[];
  /** A right answer, for where none is among the candidates. */
  readonly answer: { readonly id: string; readonly item: BenchmarkItem } | undefined;
  /** Rank of the first right answer, from 1, as far as the ranking goes. */
  readonly firstRightRank: number | undefined;
}

/** How many to pick. */
export interface PickExamplesOptions {
  /** Of each end; 6 by default. */
  readonly count?: number | undefined;
  /** Candidates shown for each; 5 by default. */
  readonly candidates?: number | undefined;
}

/**
 * The best and the worst queries of a run by its headline score, then by how early the first right answer
 * comes. Among those that are alike in both a draw by id decides, not the order of the file. None where
 * nothing was scored.
 */
export function pickExamples(
  { benchmark, result, rankings }: BenchmarkRun,
  { count = 6, candidates: shown = 5 }: PickExamplesOptions = {},
): { readonly best: readonly RunExample[]; readonly worst: readonly RunExample[] } {
  if (result === undefined) return { best: [], worst: [] };
  const queries = new Map(benchmark.queries.map((query) => [query.id, query]));
  const ordered = result.queries
    .map(({ id, scores }) => ({
      id,
      score: scores[result.headline]!,
      draw: tieOrder("example", id),
    }))
    .toSorted((one, other) => other.score - one.score || one.draw - other.draw);
  const half = Math.min(count, Math.ceil(ordered.length / 2));
  const best = ordered.slice(0, half);
  const worst = ordered.slice(best.length).toReversed().slice(0, half);
  return { best: best.map(toExample), worst: worst.map(toExample) };

  function rankOf(id: string): number | undefined {
    const { targets } = queries.get(id)!;
    const at = rankings.get(id)!.ids.findIndex((one) => (targets.get(one) ?? 0) > 0);
    return at === -1 ? undefined : at + 1;
  }

  function toExample({ id, score }: { readonly id: string; readonly score: number }): RunExample {
    const query = queries.get(id)!;
    const { ids, scores } = rankings.get(id)!;
    const [right] = query.targets.keys();
    return {
      query,
      score,
      candidates: ids.slice(0, shown).map((one, at) => ({
        id: one,
        item: benchmark.candidateOf(query, one),
        score: scores[at]!,
        gain: query.targets.get(one) ?? 0,
      })),
      answer:
        right === undefined ? undefined : { id: right, item: benchmark.candidateOf(query, right) },
      firstRightRank: rankOf(id),
    };
  }
}
