import type { Check } from "./check.ts";
import type { ExperimentGroup } from "./experiment-group.ts";
import type { FlowStage } from "./flow-stage.ts";
import type { RelationSimilarities } from "./relation-similarities.ts";
import type { ReportedRun } from "./reported-run.ts";
import type { SampleTriplet } from "./sample-triplet.ts";
import type { TrainingCurve } from "./training-curve.ts";

/**
 * What `results.json` holds and a page shows: plain JSON, every part but `run` may be absent. Scores,
 * shares and rates are shares of 1, times are seconds, texts are plain (never HTML). Lists keep the
 * order in which they are to be read.
 */
export interface ReportResults {
  /** Tells files of this form from others. */
  readonly format: "megapairs-results-v1";
  /** Heading of the page. */
  readonly title: string;
  /** What was found, in one sentence. */
  readonly claim?: string | undefined;
  /** The few numbers that carry the claim. */
  readonly headline?: readonly HeadlineNumber[] | undefined;
  readonly run: ReportedRun;
  /** Stages in the order in which data pass them. */
  readonly flow?: readonly FlowStage[] | undefined;
  readonly similarities?: readonly RelationSimilarities[] | undefined;
  /** Pairs by the relations that found them: `D`, `D+I`, …. */
  readonly provenance?: Readonly<Record<string, number>> | undefined;
  readonly triplets?: readonly SampleTriplet[] | undefined;
  readonly training?: readonly TrainingCurve[] | undefined;
  readonly experiments?: readonly ExperimentGroup[] | undefined;
  readonly checks?: readonly Check[] | undefined;
  /** Where the results differ from what the paper says. */
  readonly disagreements?: readonly Disagreement[] | undefined;
}

/** A score with its 95 % interval, shares of 1. */
export interface Estimate {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** A number under the claim. */
export interface HeadlineNumber {
  /** What it is: `mAP@5, trained on mined pairs`. */
  readonly label: string;
  readonly value: Estimate;
  /** What it is to be compared with. */
  readonly against?: { readonly label: string; readonly value: Estimate } | undefined;
}

/** A claim of the paper that the results do not show. */
export interface Disagreement {
  /** What the paper says. */
  readonly paper: string;
  /** What was found here. */
  readonly found: string;
  /** Why that may be. */
  readonly why: string;
}
