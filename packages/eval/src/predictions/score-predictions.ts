import { MegaPairsError } from "@megapairs/spec";
import type {
  Benchmark,
  BenchmarkMetric,
  BenchmarkQuery,
  Shortfall,
} from "../benchmarks/benchmark.ts";
import { averagePrecisionAtK } from "../metrics/average-precision-at-k.ts";
import { ndcgAtK } from "../metrics/ndcg-at-k.ts";
import { precisionAt1 } from "../metrics/precision-at-1.ts";
import { recallAtK, subsetRecallAtK } from "../metrics/recall-at-k.ts";
import { reciprocalRank } from "../metrics/reciprocal-rank.ts";
import { meanScores } from "./mean-scores.ts";
import { parseScored } from "./parse-predictions.ts";
import { partialTitle } from "./partial-title.ts";

type Measure = (ranking: readonly string[], query: BenchmarkQuery, k: number) => number;
type RankingKind = Exclude<BenchmarkMetric["kind"], TieKind>;
type TieKind = "tie-expected" | "tie-pessimistic" | "tie-optimistic";

const measures: Readonly<Record<RankingKind, Measure>> = {
  "average-precision": (ranking, { targets }, k) => averagePrecisionAtK(ranking, targets, k),
  recall: (ranking, { targets }, k) => recallAtK(ranking, targets, k),
  "first-target-recall": (ranking, { targets }, k) =>
    recallAtK(ranking, new Map([...targets].slice(0, 1)), k),
  "subset-recall": (ranking, { targets, subsetIds }, k) =>
    subsetRecallAtK(ranking, subsetIds, targets, k),
  "reciprocal-rank": (ranking, { targets }, k) => reciprocalRank(ranking.slice(0, k), targets),
  ndcg: (ranking, { targets }, k) => ndcgAtK(ranking, targets, k),
  "precision-at-1": (ranking, { targets }) => recallAtK(ranking, targets, 1),
};

/** What ties are worth, out of similarities: the right candidate is the first one. */
const tieMeasures: Readonly<Record<TieKind, (similarities: ArrayLike<number>) => number>> = {
  "tie-expected": (similarities) => precisionAt1(similarities).expected,
  "tie-pessimistic": (similarities) => precisionAt1(similarities).pessimistic,
  "tie-optimistic": (similarities) => precisionAt1(similarities).optimistic,
};

/** A benchmark and what a model ranked. */
export interface ScorePredictionsOptions {
  readonly benchmark: Benchmark;
  /**
   * `{"query id": ["candidate id", …]}`, best first, as JSON gives it; checked here. Where candidates
   * are a query's own, `{"similarities": [0.1, …]}`, one for each in their order, may stand for a list.
   */
  readonly predictions: unknown;
  /** What the run that made them lacked, such as candidates without a picture: scores are partial. */
  readonly shortfalls?: readonly Shortfall[] | undefined;
}

/** Shares of 1 by the name of the metric: `{"mAP@5": 0.343}`. */
export type Scores = Readonly<Record<string, number>>;

/** What one query scored. */
export interface QueryScores {
  readonly id: string;
  readonly groups: readonly string[];
  readonly scores: Scores;
}

/** Scores with the rule that made them. */
export interface ScoreResult {
  /** `CIRCO val`; of a run without some queries `partial CIRCO val, 3 of 220 queries`. */
  readonly title: string;
  readonly rule: string;
  /** False where queries or other parts are missing: the scores are then none of the benchmark's. */
  readonly isComplete: boolean;
  readonly missingQueries: readonly string[];
  readonly headline: string;
  /** How `scores` come from `queries`. */
  readonly mean: Benchmark["mean"];
  readonly scores: Scores;
  /** Means over the queries of a group: category, task or semantic aspect. */
  readonly groups: Readonly<Record<string, Scores>>;
  /** In the order of the benchmark. */
  readonly queries: readonly QueryScores[];
  /** What a reader of the numbers must know. */
  readonly notes: readonly string[];
}

/**
 * Scores rankings as the authors of the benchmark do. No model, no images: anybody can check
 * anybody's numbers. The reference is taken out first where the rule says so. CIRR's subset recall
 * comes out of the same rankings; if one lists fewer of the five members than the deepest rank
 * needs, it cannot be told and is left out with a note.
 *
 * @throws `unsupported` for a split without targets; `invalid-argument` for predictions that are not
 * of this benchmark (see `parsePredictions`) or list fewer candidates than the deepest rank.
 */
export function scorePredictions({
  benchmark,
  predictions,
  shortfalls: ofRun = [],
}: ScorePredictionsOptions): ScoreResult {
  if (!benchmark.hasTargets) {
    throw new MegaPairsError(
      "unsupported",
      `${benchmark.title} has no public targets; make a submission for its server.`,
    );
  }
  const shortfalls = [...benchmark.shortfalls, ...ofRun];
  const { rankings, similarities } = parseScored(benchmark, predictions);
  const ranked = benchmark.queries.flatMap((query) => {
    const list = rankings.get(query.id);
    if (list === undefined) return [];
    const ranking = benchmark.removesReference
      ? list.filter((id) => id !== query.referenceId)
      : list;
    if (shortfalls.length === 0) checkLength(benchmark, query, ranking);
    return [{ query, ranking }];
  });
  const subsetDepth = depth(benchmark.metrics.filter(({ kind }) => kind === "subset-recall"));
  const short = ranked.filter(({ query, ranking }) => {
    const members = new Set(query.subsetIds);
    return ranking.filter((id) => members.has(id)).length < Math.min(subsetDepth, members.size);
  });
  const seesTies = ranked.every(({ query }) => similarities.has(query.id));
  const metrics = benchmark.metrics.filter(({ kind }) =>
    kind === "subset-recall" ? short.length === 0 : seesTies || !isTieKind(kind),
  );
  const queries = ranked.map(({ query, ranking }): QueryScores => ({
    id: query.id,
    groups: query.groups,
    scores: Object.fromEntries(
      metrics.map(({ name, kind, k }) => [
        name,
        isTieKind(kind)
          ? tieMeasures[kind](similarities.get(query.id)!)
          : measures[kind](ranking, query, k),
      ]),
    ),
  }));
  const missingQueries = benchmark.queries.map(({ id }) => id).filter((id) => !rankings.has(id));
  const isComplete = missingQueries.length === 0 && shortfalls.length === 0;
  const { title, rule, headline, mean } = benchmark;
  return {
    title: isComplete
      ? title
      : partialTitle(title, [
          { what: "queries", found: queries.length, expected: benchmark.queries.length },
          ...shortfalls,
        ]),
    rule,
    isComplete,
    missingQueries,
    headline,
    mean,
    ...meanScores(queries, mean),
    queries,
    notes: [
      ...(isComplete ? [] : [`A partial run: not to be reported as ${title}.`]),
      ...(short.length === 0
        ? []
        : [
            `No subset recall: ${short.length} rankings (first: "${short[0]!.query.id}") list fewer than ${subsetDepth} of the query's other five members; give whole rankings.`,
          ]),
      ...(seesTies || !benchmark.metrics.some(({ kind }) => isTieKind(kind))
        ? []
        : [
            "Ties cannot be seen in rankings: give similarities to learn what they are worth. A constant encoder scores 100 % under this rule.",
          ]),
      ...(benchmark.galleries.size > 0
        ? []
        : ["Candidate ids were not checked: the gallery's list of images is not in the folder."]),
    ],
  };
}

function isTieKind(kind: BenchmarkMetric["kind"]): kind is TieKind {
  return Object.hasOwn(tieMeasures, kind);
}

/** A ranking must reach the deepest rank, or hold all that there is. */
function checkLength(
  { metrics, removesReference, galleries }: Benchmark,
  { id, gallery, referenceId }: BenchmarkQuery,
  { length }: readonly string[],
): void {
  const deepest = depth(metrics.filter(({ kind }) => kind !== "subset-recall"));
  if (length >= deepest) return;
  const candidates = galleries.get(gallery);
  const removed = removesReference && candidates?.includes(referenceId) === true ? 1 : 0;
  const needed = Math.min(deepest, (candidates?.length ?? Infinity) - removed);
  if (length >= needed) return;
  throw new MegaPairsError(
    "invalid-argument",
    `Query "${id}" lists ${length} candidates${removesReference ? " beside its reference" : ""}; expected at least ${needed}.`,
  );
}

function depth(metrics: readonly BenchmarkMetric[]): number {
  return Math.max(0, ...metrics.map(({ k }) => k));
}
