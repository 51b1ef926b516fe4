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
      answer: answerOf(run, rows),
      queries: run.benchmark.benchmark.queries.length,
      seeds: outcomes.some((some) => (some[0]?.steps ?? 0) > 0) ? run.plan.seeds : [],
      metrics,
      rows: rows.map(({ subject, ...row }, index) => {
        const { examples, steps } = outcomes[index]![0]!;
        const isOfPairs = run.plan.subjects[subject]?.kind === "triplets";
        const scores = metrics.map((metric) => [metric, estimate(run, subject, metric)]);
        return {
          ...row,
          ...(steps > 0 && { steps }),
          ...(isOfPairs && { pairs: examples }),
          scores: Object.fromEntries(scores),
        };
      }),
    };
  });
}

/** The best and the worst of some rows, and how far they are apart. */
function answerOf(run: DemoRun, rows: DemoRun["plan"]["groups"][number]["rows"]): string {
  const [metric] = METRICS;
  const ranked = rows
    .map((row) => ({ ...row, mean: estimate(run, row.subject, metric).mean }))
    .toSorted((one, other) => other.mean - one.mean);
  const [best, worst] = [ranked[0]!, ranked.at(-1)!];
  const apart = difference(run, [best.subject, worst.subject], metric);
  return `Highest: ${best.name}, ${points(apart.mean)} points of ${metric} above ${worst.name} (95 %: ${points(apart.lower)} to ${points(apart.upper)}).`;
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

function points(share: number): string {
  return (100 * share).toFixed(1);
}
