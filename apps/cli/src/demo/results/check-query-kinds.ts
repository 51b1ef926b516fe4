import type { Check } from "@megapairs/report";
import type { DemoRun } from "../run-demo.ts";
import { estimate, METRICS } from "./experiment-groups.ts";
import { labelOf } from "./label-of.ts";

/** The main subject's score by kind of query: what was never shown, what changes, how it is worded. */
export function checkQueryKinds(run: DemoRun): Check {
  const [metric] = METRICS;
  const main = labelOf(run.plan, run.plan.main);
  const kinds = new Set(run.benchmark.made.queries.flatMap(({ groups }) => groups));
  const rows = [...kinds].toSorted().map((kind) => {
    const of = (subject: string): string => {
      const { mean, lower, upper } = estimate(run, subject, metric, kind);
      return `${percent(mean)} (${percent(lower)} to ${percent(upper)})`;
    };
    return [kind, of(run.plan.main), of(run.plan.baseline)];
  });
  const never = estimate(run, run.plan.main, metric, "never shown");
  const shown = estimate(run, run.plan.main, metric, "shown");
  return {
    name: "Colours and shapes that never met in training",
    verdict: "measured",
    finding: `${metric} of ${main} is ${percent(never.mean)} where no picture of the corpus shows the target's colour with its shape, ${percent(shown.mean)} where some do.`,
    table: { columns: ["queries", main, labelOf(run.plan, run.plan.baseline)], rows },
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
