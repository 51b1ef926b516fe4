import type { Check } from "@megapairs/report";
import type { DemoRun } from "../run-demo.ts";
import { labelOf } from "./label-of.ts";

/** What the main model scores by picture alone and by text alone. */
export function checkShortcuts({ outcomes, plan }: DemoRun): Check[] {
  const { shortcuts } = outcomes.find(({ name }) => name === plan.main)?.outcome ?? {};
  if (shortcuts === undefined) return [];
  const { metric, scores, needsBoth, shareThatNeedsBoth = 0 } = shortcuts;
  const rows = Object.entries({ ...scores, "needs both": needsBoth });
  return [
    {
      name: "Shortcuts",
      verdict: "measured",
      finding: `${percent(shareThatNeedsBoth)} of the ${metric} of ${labelOf(plan, plan.main)} needs both the picture and the text: neither alone gives it.`,
      table: {
        columns: ["asked with", metric, "95 % interval"],
        rows: rows.map(([side, { mean, lower, upper }]) => [
          side,
          percent(mean),
          `${percent(lower)} to ${percent(upper)}`,
        ]),
      },
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
