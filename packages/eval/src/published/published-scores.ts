import scores from "./published-scores.json" with { type: "json" };

/** A score as a paper prints it. */
export interface PublishedScore {
  readonly model: string;
  /** A benchmark of this package, `mmeb`, or `mean of four` for the mean of CIRCO, CIRR, FashionIQ, GeneCIS. */
  readonly benchmark: string;
  /** Left out where the source does not say it. */
  readonly split?: string;
  /** Named as in `ScoreResult.scores`; of MMEB's groups `P@1 VQA`, `P@1 IND`. */
  readonly metric: string;
  /** In percent, with the digits of the source. */
  readonly percent: number;
  /** Pairs that the model was trained on, where the source says it. */
  readonly trainingPairs?: number;
  /** What sets it apart from the model as released. */
  readonly setting?: string;
  /** True for variants that only ablations have. */
  readonly isAblation?: boolean;
  readonly source: string;
  /** How it was read, where not in the source itself. */
  readonly via?: string;
}

/**
 * What papers report, to stand beside a model of one's own: MegaPairs's tables and ablations, those it is
 * compared with on CIRCO and CIRR, and MMEB by meta-task.
 */
export const publishedScores: readonly PublishedScore[] = scores;
