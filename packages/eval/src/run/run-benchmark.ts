import { MegaPairsError } from "@megapairs/spec";
import type { EncoderV1 } from "@megapairs/spec";
import type { Benchmark, BenchmarkItem, Shortfall } from "../benchmarks/benchmark.ts";
import { scorePredictions } from "../predictions/score-predictions.ts";
import type { ScoreResult } from "../predictions/score-predictions.ts";
import { answerable, partsOf } from "./benchmark-part.ts";
import type { BenchmarkPart } from "./benchmark-part.ts";
import { checkEncoder, nameRun, sidesOf } from "./composition.ts";
import type { Composition } from "./composition.ts";
import { encodeComposed } from "./encode-items.ts";
import type { EncodedItems, EncodeItems, ItemReject } from "./encode-items.ts";
import { warnOfCollapse } from "./warn-of-collapse.ts";
import { predictionsOf, scorablePredictionsOf } from "./predictions-of.ts";
import type { QueryRanking, QueryRankings } from "./query-ranking.ts";
import { gatherRows, rankPart } from "./rank-part.ts";
import { rerankAll } from "./rerank.ts";
import type { Rerank } from "./rerank.ts";

/** Options of {@link runBenchmark}. */
export interface RunBenchmarkOptions {
  readonly benchmark: Benchmark;
  /** What is asked about the encoder; it is called through `encode` alone. */
  readonly encoder: Pick<EncoderV1, "modelId" | "dimensions" | "supports">;
  readonly encode: EncodeItems;
  /** What stands for items of picture and text; `composed` by default. */
  readonly composition?: Composition | undefined;
  /**
   * Whether queries of picture and text are also ranked by either alone, as far as the encoder can; true
   * by default where the composition is `composed` or `sum`.
   */
  readonly shortcuts?: boolean | undefined;
  /** Only the first so many queries: a partial run, to see whether everything works. */
  readonly limit?: number | undefined;
  /** Orders the best candidates of a query again; the title says so. */
  readonly rerank?: Rerank | undefined;
  /** Candidates that `rerank` gets; 50 by default. */
  readonly rerankDepth?: number | undefined;
  /** Threads of the ranking; all cores this process may use by default. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An item that could not be encoded. */
export interface MissingItem extends Omit<ItemReject, "index"> {
  readonly role: "query" | "candidate";
  readonly item: BenchmarkItem;
}

/** What a run of a benchmark gave. */
export interface BenchmarkRun {
  /** The benchmark with what the run did to it in its title and rule. */
  readonly benchmark: Benchmark;
  /** Title and rule of the benchmark itself: runs of the same protocol can be compared. */
  readonly protocol: string;
  readonly composition: Composition;
  /** Undefined for a split without targets. */
  readonly result: ScoreResult | undefined;
  readonly rankings: QueryRankings;
  /** `{"query id": ["candidate id", …]}`, what `scorePredictions` and `createSubmission` take. */
  readonly predictions: Readonly<Record<string, readonly string[]>>;
  /** Scores of the same queries by image and by text alone, as far as they were asked for. */
  readonly shortcuts: Readonly<Partial<Record<"image" | "text", ScoreResult>>>;
  /** What could not be encoded; the scores are then partial. */
  readonly missing: readonly MissingItem[];
  readonly shortfalls: readonly Shortfall[];
  /** Encoders that say the same of everything, in words. */
  readonly warnings: readonly string[];
}

const DEPTH = 50;

/**
 * Runs a benchmark: encodes the candidates and the queries, ranks by cosine, scores by the official rule.
 * Galleries are gone through one after the other, so that memory is bounded by the largest.
 *
 * What has no vector is in no ranking. A query whose own picture, or a right answer of it, or one of its
 * own candidates, is missing is left out; the scores are then partial and say so.
 *
 * @throws `unsupported` if the encoder cannot encode what the benchmark has, with what it can do instead;
 * `invalid-argument` if nothing is left to rank; and as `encode` does. Aborts reject with the signal's
 * reason.
 */
export async function runBenchmark(options: RunBenchmarkOptions): Promise<BenchmarkRun> {
  const { encoder, composition = "composed", limit, signal } = options;
  const benchmark = nameRun(options.benchmark, composition, options.rerank !== undefined);
  const asked = benchmark.queries.slice(0, limit);
  const compositions = [
    composition,
    ...sidesOf({ ...options, benchmark: { ...benchmark, queries: asked } }),
  ];
  const rankings = new Map(compositions.map((one) => [one, new Map<string, QueryRanking>()]));
  const missing: MissingItem[] = [];
  const warnings: string[] = [];
  const candidates = { found: 0, expected: 0 };
  for (const part of partsOf(benchmark, asked)) {
    signal?.throwIfAborted();
    checkEncoder(encoder.modelId, encoder.supports, part.items, composition);
    checkEncoder(encoder.modelId, encoder.supports, part.queries, composition);
    const items = await encodeComposed(part.items, "candidate", composition, options.encode);
    look("candidate", part, part.items, items);
    const absentRows = new Set(items.rejects.map(({ index }) => index));
    if (part.ids !== undefined) {
      candidates.expected += part.items.length;
      candidates.found += part.items.length - absentRows.size;
    }
    const kept = answerable(part, absentRows);
    for (const one of compositions) {
      const encoded = await encodeComposed(kept, "query", one, options.encode);
      if (one === composition) look("query", part, kept, encoded);
      const rejected = new Set(encoded.rejects.map(({ index }) => index));
      const rows = [...kept.keys()].filter((row) => !rejected.has(row));
      if (rows.length === 0) continue;
      const ranked = await rankPart({
        benchmark,
        part,
        queries: rows.map((row) => kept[row]!),
        queryVectors: gatherRows(encoded.vectors, rows, encoder.dimensions),
        itemVectors: items.vectors,
        absentRows,
        dimensions: encoder.dimensions,
        depth: Math.max(DEPTH, ...benchmark.metrics.map(({ k }) => k)),
        threads: options.threads,
        signal,
      });
      for (const [id, ranking] of ranked) rankings.get(one)!.set(id, ranking);
    }
  }
  const main = await rerankAll(benchmark, rankings.get(composition)!, options);
  if (main.size === 0) {
    throw new MegaPairsError(
      "invalid-argument",
      `Nothing of ${benchmark.title} could be ranked: ${missing[0]?.reason ?? "it has no query"}`,
    );
  }
  const shortfalls =
    candidates.found < candidates.expected ? [{ what: "candidates", ...candidates }] : [];
  const score = (some: QueryRankings): ScoreResult =>
    scorePredictions({
      benchmark,
      predictions: scorablePredictionsOf(benchmark, some),
      shortfalls,
    });
  return {
    benchmark,
    protocol: `${options.benchmark.title}: ${options.benchmark.rule}`,
    composition,
    result: benchmark.hasTargets ? score(main) : undefined,
    rankings: main,
    predictions: predictionsOf(benchmark, main),
    shortcuts: Object.fromEntries(
      compositions.slice(1).map((one) => [one, score(rankings.get(one)!)]),
    ),
    missing,
    shortfalls,
    warnings,
  };

  function look(
    role: MissingItem["role"],
    { name }: BenchmarkPart,
    items: readonly BenchmarkItem[],
    encoded: EncodedItems,
  ): void {
    for (const { index, code, reason } of encoded.rejects) {
      missing.push({ role, item: items[index]!, code, reason });
    }
    const warning = warnOfCollapse(encoded, items.length, encoder.dimensions);
    const what = role === "query" ? "Queries" : "Candidates";
    if (warning !== undefined) warnings.push(`${what} of ${name}: ${warning}`);
  }
}
