import type { Disagreement } from "@megapairs/report";
import type { DemoRun } from "../run-demo.ts";
import { difference, METRICS } from "./experiment-groups.ts";
import { labelOf } from "./label-of.ts";

/**
 * The claims of the plan that this run does not show: where the score that is said to be higher is not
 * higher with 95 % confidence.
 */
export function findDisagreements(run: DemoRun): Disagreement[] {
  const [metric] = METRICS;
  return run.plan.claims.flatMap(({ paper, higher, lower, why }) => {
    const { mean, lower: least, upper } = difference(run, [higher, lower], metric);
    if (least > 0) return [];
    const verdict = upper < 0 ? "the other way round" : "no difference that stands out";
    const label = (subject: string): string => labelOf(run.plan, subject);
    const found = `${verdict}: ${label(higher)} minus ${label(lower)} is ${points(mean)} points of ${metric} (95 %: ${points(least)} to ${points(upper)})`;
    return [{ paper, found, why }];
  });
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}
