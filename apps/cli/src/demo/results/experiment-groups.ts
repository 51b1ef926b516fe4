import { runsInterval } from "@megapairs/eval";
import type { BootstrapInterval } from "@megapairs/eval";
import type { ExperimentGroup, SeededEstimate } from "@megapairs/report";
import { RETURNS_QUERY } from "../evaluate-subject.ts";
import type { DemoRun } from "../run-demo.ts";

/** Scores of reports, the first of which is drawn: CIRCO's, then CIRR's. */
export const METRICS = ["mAP@5", "R@1", "R@5"] as const;

/** What some groups show besides, by their ids. */
const MORE: Readonly<Record<string, readonly string[]>> = { negatives: [RETURNS_QUERY] };

const SEED = 0;

/** Every group of the plan with its scores. */
export function experimentGroups(run: DemoRun): ExperimentGroup[] {
  return run.plan.groups.map(({ rows, ...group }) => {
    const metrics = [...METRICS, ...(MORE[group.id] ?? [])];
    const outcomes = rows.map(({ subject }) => outcomesOf(run, subject));
    return {
      ...group,
      queries: run.benchmark.benchmark.queries.length,
      seeds: outcomes.some((some) => (some[0]?.steps ?? 0) > 0) ? run.plan.seeds : [],
      metrics,
      rows: rows.map(({ subject, ...row }, index) => {
        const { examples, steps } = outcomes[index]![0]!;
        const scores = metrics.map((metric) => [metric, estimate(run, subject, metric)]);
        return {
          ...row,
          ...(steps > 0 && { pairs: examples, steps }),
          scores: Object.fromEntries(scores),
        };
      }),
    };
  });
}

/** A score of a subject over queries and seeds; of a group of queries, or of all. */
export function estimate(
  run: DemoRun,
  subject: string,
  metric: string,
  group?: string,
): SeededEstimate {
  const values = valuesOf(run, subject, metric, group);
  return {
    ...runsInterval(values, { seed: SEED }),
    perSeed: values.map((some) => some.reduce((sum, one) => sum + one, 0) / some.length),
  };
}

/** How much higher one subject scores than another, query by query and seed by seed. */
export function difference(
  run: DemoRun,
  [higher, lower]: readonly [string, string],
  metric: string,
): BootstrapInterval {
  const [more, less] = [valuesOf(run, higher, metric), valuesOf(run, lower, metric)];
  const runs = more.map((values, seed) => {
    const others = less[Math.min(seed, less.length - 1)]!; // a model as it is has one run
    return values.map((value, query) => value - others[query]!);
  });
  return runsInterval(runs, { seed: SEED });
}

/** Of each seed, the score of each query. */
function valuesOf(run: DemoRun, subject: string, metric: string, group?: string): number[][] {
  return outcomesOf(run, subject).map(({ queries }) =>
    queries.flatMap(({ scores, groups }) =>
      group === undefined || groups.includes(group) ? [scores[metric]!] : [],
    ),
  );
}

function outcomesOf(
  { outcomes }: DemoRun,
  subject: string,
): DemoRun["outcomes"][number]["outcome"][] {
  return outcomes.flatMap(({ name, outcome }) => (name === subject ? [outcome] : []));
}
