import type { Estimate } from "./report-results.ts";

/** Training runs, or models as they are, compared on the same held-out queries. */
export interface ExperimentGroup {
  /**
   * Names the group and the part of the paper that stands beside it: `baselines`, `relations`, `negatives`,
   * `band`, `instructions`, `scaling`, or another without the paper. Lower-case letters, digits and hyphens.
   */
  readonly id: string;
  readonly title: string;
  /** What is asked, in one sentence. */
  readonly question: string;
  /** What came out, in one sentence. */
  readonly answer?: string | undefined;
  /** Held-out queries that every score is a mean over. */
  readonly queries: number;
  /** Of the training runs; empty where nothing is trained. */
  readonly seeds: readonly number[];
  /** Names of the scores in reading order: `mAP@5`, `R@1`. The first is drawn. */
  readonly metrics: readonly string[];
  readonly rows: readonly ExperimentRow[];
}

/** One setting of an experiment. */
export interface ExperimentRow {
  /** Short: it stands at an axis. */
  readonly name: string;
  /** What it is, for those who read the table. */
  readonly note?: string | undefined;
  /** Pairs trained on; required of `scaling`, where it is the axis. */
  readonly pairs?: number | undefined;
  /** Steps trained. */
  readonly steps?: number | undefined;
  /** By metric, each of the group's. */
  readonly scores: Readonly<Record<string, SeededEstimate>>;
}

/** A score over queries and seeds with its 95 % interval. */
export interface SeededEstimate extends Estimate {
  /** Mean over queries of each seed, in the order of the group's seeds; one value where nothing is trained. */
  readonly perSeed: readonly number[];
}
