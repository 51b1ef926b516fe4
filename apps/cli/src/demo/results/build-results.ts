import { basename } from "node:path";
import type {
  Check,
  FlowStage,
  HeadlineNumber,
  ReportResults,
  RunPhase,
  TrainingCurve,
} from "@megapairs/report";
import { formatCount } from "@megapairs/run";
import { chooseEncoder } from "../../choose/choose-encoder.ts";
import { chooseRelations } from "../../choose/choose-relations.ts";
import type { RunConfig } from "../../config/run-config.ts";
import { holdOpen } from "../../hold-open.ts";
import { openRun } from "../../open-run.ts";
import { runResults } from "../../report/run-results.ts";
import { version } from "../../version.ts";
import type { DemoRun } from "../run-demo.ts";
import { checkAnnotator } from "./check-annotator.ts";
import { checkPictures } from "./check-pictures.ts";
import { checkQueryKinds } from "./check-query-kinds.ts";
import { checkShortcuts } from "./check-shortcuts.ts";
import { checkWording } from "./check-wording.ts";
import { describeMachine } from "./describe-machine.ts";
import { difference, estimate, experimentGroups, METRICS } from "./experiment-groups.ts";
import { labelOf } from "./label-of.ts";
import { findDisagreements } from "./find-disagreements.ts";

/** How a run was started. */
export interface BuildResultsOptions {
  /** As it was typed. */
  readonly command: string;
  readonly mode: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}

const SAMPLES = 6;
const HISTOGRAM_QUERIES = 200;

/** Gathers everything that a demo gave as the results that a page shows. */
export async function buildResults(
  run: DemoRun,
  options: BuildResultsOptions,
): Promise<ReportResults> {
  const { plan, mined, benchmark } = run;
  const [data] = mined.values();
  const { config, result, triplets, run: directory } = data!;
  const { signal } = options;
  return holdOpen(async (hold) => {
    const { record, database } = await openRun(directory);
    hold(() => database.close());
    const relations = await chooseRelations(config.relations);
    for (const { encoder } of relations) hold(() => encoder.dispose?.());
    const ofData = await runResults({
      directory,
      record,
      database,
      triplets: SAMPLES,
      sample: HISTOGRAM_QUERIES,
      seed: config.seed,
      signal,
    });
    const ingested = result.stages.find(({ name }) => name === "ingest")!.digest;
    const { made } = benchmark;
    return {
      ...ofData,
      title: plan.title,
      claim: claimOf(run, triplets.length),
      headline: METRICS.map((metric) => headline(run, metric)),
      run: {
        ...ofData.run,
        command: options.command,
        mode: options.mode,
        settings: { ...ofData.run.settings, ...settingsOf(run, options) },
        seeds: [...new Set([config.seed, plan.benchmark.seed, ...plan.seeds])],
        versions: {
          ...ofData.run.versions,
          megapairs: version,
          node: process.versions.node,
          [`weights of ${basename(plan.start)}`]: run.weights.slice(0, 12),
        },
        machine: describeMachine(),
        phases: phasesOf(run, ofData.flow),
        reproduce: ["npx -y pnpm@12.21.0 install", `npx -y pnpm@12.21.0 -s ${options.command}`],
      },
      training: trainingCurves(run),
      experiments: experimentGroups(run),
      checks: [
        ...(await checkPictures({ database, relations, ingested, benchmark, signal })),
        ...(await annotatorChecks(config.annotate.describe)),
        checkWording(made, triplets),
        ...checkShortcuts(run),
        checkQueryKinds(run),
      ],
      disagreements: findDisagreements(run),
    };
  });
}

/** Of the embedded reference VLM, whose errors can be counted. */
async function annotatorChecks(describe: RunConfig["annotate"]["describe"]): Promise<Check[]> {
  if (describe !== "reference") return [];
  const encoder = await chooseEncoder("scenes/clip", "both");
  try {
    return [await checkAnnotator(encoder)];
  } finally {
    await encoder.dispose?.();
  }
}

function claimOf(run: DemoRun, pairs: number): string {
  const { main, baseline } = run.plan;
  const [metric] = METRICS;
  const { mean, lower, upper } = difference(run, [main, baseline], metric);
  const queries = run.benchmark.made.queries.length;
  return `Training on ${formatCount(pairs)} mined and annotated pairs brings ${metric} on ${formatCount(queries)} held-out composed queries up by ${points(mean)} points (95 %: ${points(lower)} to ${points(upper)}).`;
}

function headline(run: DemoRun, metric: string): HeadlineNumber {
  const { main, baseline } = run.plan;
  return {
    label: `${metric}, ${labelOf(run.plan, main)}`,
    value: estimate(run, main, metric),
    against: { label: labelOf(run.plan, baseline), value: estimate(run, baseline, metric) },
  };
}

function settingsOf(
  { plan: { train, minedNegatives, benchmark } }: DemoRun,
  { threads }: BuildResultsOptions,
): ReportResults["run"]["settings"] {
  const simple = Object.entries(train).flatMap(([key, value]) =>
    typeof value === "number" || typeof value === "string"
      ? [[`train ${key}`, value] as const]
      : [],
  );
  return {
    ...Object.fromEntries(simple),
    "train hard negatives": `query image and ${minedNegatives} mined`,
    "benchmark queries": benchmark.queries,
    "benchmark pictures of a combination": benchmark.renderings,
    threads,
  };
}

/** What everything took when it was done, this time or before. */
function phasesOf({ outcomes }: DemoRun, flow: readonly FlowStage[] = []): RunPhase[] {
  return [
    { name: "mining and annotation", seconds: sum(flow.map(({ seconds = 0 }) => seconds)) },
    { name: "training", seconds: sum(outcomes.map(({ outcome }) => outcome.seconds.train)) },
    { name: "evaluation", seconds: sum(outcomes.map(({ outcome }) => outcome.seconds.evaluate)) },
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

function trainingCurves({ outcomes, plan }: DemoRun): TrainingCurve[] {
  return outcomes
    .filter(({ outcome }) => outcome.curve.length > 0)
    .map(({ name, seed, outcome }) => {
      const { curve, seconds } = outcome;
      return { name: labelOf(plan, name), seed, points: curve, seconds: seconds.train };
    });
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}
