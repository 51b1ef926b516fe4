import type { Shortfall } from "../benchmarks/benchmark.ts";
import { groupIntervals, scoreIntervals } from "../predictions/score-intervals.ts";
import type { ScoreResult } from "../predictions/score-predictions.ts";
import { publishedScores } from "../published/published-scores.ts";
import type { PublishedScore } from "../published/published-scores.ts";
import type { BenchmarkRun } from "../run/run-benchmark.ts";
import type { Composition } from "../run/composition.ts";
import type { BootstrapInterval } from "../significance/bootstrap-interval.ts";
import { shortcutReport } from "../significance/shortcut-report.ts";
import type { ShortcutReport } from "../significance/shortcut-report.ts";

/** What a run was made with, for readers. */
export interface ReportedModel {
  readonly modelId: string;
  readonly fingerprint: string;
  readonly dimensions: number;
}

/** Everything that a run says, as plain JSON: what the pages and the tables are made of. */
export interface EvalReport {
  /** Tells files of this form from others. */
  readonly format: "megapairs-eval-v1";
  readonly benchmark: string;
  readonly title: string;
  readonly rule: string;
  /** What runs must have in common to be compared; the composition is the model's. */
  readonly protocol: string;
  readonly model: ReportedModel;
  readonly composition: Composition;
  readonly isComplete: boolean;
  readonly shortfalls: readonly Shortfall[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly headline: string;
  readonly mean: ScoreResult["mean"];
  /** Decides every interval. */
  readonly seed: number;
  readonly queryCount: number;
  /** Scores with their 95 % intervals, shares of 1. */
  readonly scores: Readonly<Record<string, BootstrapInterval>>;
  readonly groups: ScoreResult["groups"];
  /** 95 % intervals of the headline score of each group. */
  readonly groupIntervals: Readonly<Record<string, BootstrapInterval>>;
  readonly shortcuts: ShortcutReport | undefined;
  /** What papers report on the same benchmark by the same metrics; not of a partial run. */
  readonly published: readonly PublishedScore[];
  /** What could not be read, with reasons; the first hundred. */
  readonly missing: readonly string[];
  readonly missingCount: number;
  readonly missingQueries: readonly string[];
  /** In the order of the benchmark. */
  readonly queries: ScoreResult["queries"];
}

/** Options of {@link createEvalReport}. */
export interface EvalReportOptions {
  readonly run: BenchmarkRun & { readonly result: ScoreResult };
  readonly model: ReportedModel;
  /** A whole number; 0 by default. */
  readonly seed?: number | undefined;
}

const MISSING_LISTED = 100;

/** Gathers what a run gave: intervals of every score, the shortcut report, what others published. */
export function createEvalReport({ run, model, seed = 0 }: EvalReportOptions): EvalReport {
  const { benchmark, result, shortcuts, missing } = run;
  const { modelId, fingerprint, dimensions } = model;
  return {
    format: "megapairs-eval-v1",
    benchmark: benchmark.name,
    title: result.title,
    rule: result.rule,
    protocol: [run.protocol, ...run.shortfalls.map(({ what, found }) => `${found} ${what}`)].join(
      "; ",
    ),
    model: { modelId, fingerprint, dimensions },
    composition: run.composition,
    isComplete: result.isComplete,
    shortfalls: run.shortfalls,
    notes: result.notes,
    warnings: run.warnings,
    headline: result.headline,
    mean: result.mean,
    seed,
    queryCount: result.queries.length,
    scores: scoreIntervals(result, { seed }),
    groups: result.groups,
    groupIntervals: groupIntervals(result, { seed }),
    shortcuts:
      shortcuts.image === undefined && shortcuts.text === undefined
        ? undefined
        : shortcutReport({ composed: result, ...shortcuts, seed }),
    published: result.isComplete
      ? publishedScores.filter(
          (one) =>
            one.benchmark === benchmark.name &&
            one.isAblation !== true &&
            scoreOf(result, one.metric) !== undefined,
        )
      : [],
    missing: missing
      .slice(0, MISSING_LISTED)
      .map(({ role, item, code, reason }) => `${role} ${nameOf(item)}: ${code}, ${reason}`),
    missingCount: missing.length,
    missingQueries: result.missingQueries,
    queries: result.queries,
  };
}

/** A score by its published name: that of a group is `P@1 VQA`. A share of 1. */
export function scoreOf(
  { scores, groups }: Pick<ScoreResult, "scores" | "groups">,
  name: string,
): number | undefined {
  const [metric = "", group = ""] = name.split(/ (.*)/su);
  return scores[name] ?? groups[group]?.[metric];
}

function nameOf({ picture, text }: BenchmarkRun["missing"][number]["item"]): string {
  return picture?.paths[0] ?? `"${text}"`;
}
