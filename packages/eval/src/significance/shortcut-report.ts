import { MegaPairsError } from "@megapairs/spec";
import { strataOf } from "../predictions/score-intervals.ts";
import type { ScoreResult } from "../predictions/score-predictions.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import type { BootstrapInterval, BootstrapOptions } from "./bootstrap-interval.ts";

/** Scores of the same queries, asked whole and by either side alone. */
export interface ShortcutReportOptions extends Omit<BootstrapOptions, "strata"> {
  readonly composed: ScoreResult;
  readonly image?: ScoreResult | undefined;
  readonly text?: ScoreResult | undefined;
  /** Name of a metric; the benchmark's headline by default. */
  readonly metric?: string | undefined;
}

/** How much of a score needs picture and text. */
export interface ShortcutReport {
  readonly metric: string;
  /** Shares of 1 with intervals; only what was run. */
  readonly scores: Readonly<Partial<Record<"composed" | "image" | "text", BootstrapInterval>>>;
  /**
   * Mean of what a query scores beyond the better of its two sides, 0 where it does not: the part of the
   * score that neither side alone gives. Of the best side for each query, so a lower bound.
   */
  readonly needsBoth: BootstrapInterval;
  /** `needsBoth` as a share of the composed score; undefined where that is 0. */
  readonly shareThatNeedsBoth: number | undefined;
  /** Mean of what the better side would score beyond the composed query: what composing loses. */
  readonly lostByComposing: BootstrapInterval;
  readonly queries: number;
}

/**
 * Tells whether a composed-retrieval score could be had without composing: a model that looks at one side
 * alone does well on some benchmarks. Query by query, over those that all runs have.
 *
 * @throws `invalid-argument` without any side, or a metric that a run does not have.
 */
export function shortcutReport({
  composed,
  image,
  text,
  metric = composed.headline,
  ...bootstrap
}: ShortcutReportOptions): ShortcutReport {
  const bySide = { image: image && valuesOf(image), text: text && valuesOf(text) };
  const sides = Object.values(bySide).filter((side) => side !== undefined);
  if (sides.length === 0) {
    throw new MegaPairsError(
      "invalid-argument",
      "There is no run by one side; expected one at least.",
    );
  }
  const shared = composed.queries.filter(({ id }) => sides.every((side) => side.has(id)));
  const whole = valuesOf(composed);
  const differences = shared.map(
    ({ id }) => whole.get(id)! - Math.max(...sides.map((side) => side.get(id)!)),
  );
  const strata = strataOf(shared, composed.mean);
  const mean = (values: readonly number[]): BootstrapInterval =>
    bootstrapInterval(values, { ...bootstrap, strata });
  const all = mean(shared.map(({ id }) => whole.get(id)!));
  const needsBoth = mean(differences.map((one) => Math.max(0, one)));
  return {
    metric,
    scores: {
      composed: all,
      ...(bySide.image && { image: mean(shared.map(({ id }) => bySide.image!.get(id)!)) }),
      ...(bySide.text && { text: mean(shared.map(({ id }) => bySide.text!.get(id)!)) }),
    },
    needsBoth,
    shareThatNeedsBoth: all.mean === 0 ? undefined : needsBoth.mean / all.mean,
    lostByComposing: mean(differences.map((one) => Math.max(0, -one))),
    queries: shared.length,
  };

  function valuesOf({ queries, title }: ScoreResult): ReadonlyMap<string, number> {
    return new Map(
      queries.map(({ id, scores }) => {
        const score = scores[metric];
        if (score !== undefined) return [id, score];
        throw new MegaPairsError("invalid-argument", `${title} has no ${metric}.`);
      }),
    );
  }
}
