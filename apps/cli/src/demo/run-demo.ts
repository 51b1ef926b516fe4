import { lockRun } from "@megapairs/run";
import { holdOpen } from "../hold-open.ts";
import { makeDirectory } from "../output-file.ts";
import { modelFolder, sha256OfWeights } from "../train/open-start.ts";
import { announceRuns } from "./announce-runs.ts";
import type { DemoPlan } from "./demo-plan.ts";
import { demoPaths } from "./demo-paths.ts";
import { mineTriplets } from "./mine-triplets.ts";
import type { MinedDataset } from "./mine-triplets.ts";
import { readOutcome } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedRun } from "./plan-runs.ts";
import { planRuns } from "./plan-runs.ts";
import { prepareBenchmark } from "./prepare-benchmark.ts";
import type { PreparedBenchmark } from "./prepare-benchmark.ts";
import { outcomeKey, runSubject } from "./run-subject.ts";

/** Options of {@link runDemo}. */
export interface RunDemoOptions {
  readonly plan: DemoPlan;
  readonly folder: string;
  readonly threads: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Everything that an experiment gave. */
export interface DemoRun {
  readonly plan: DemoPlan;
  readonly mined: ReadonlyMap<string, MinedDataset>;
  readonly benchmark: PreparedBenchmark;
  readonly outcomes: readonly (PlannedRun & { readonly outcome: Outcome })[];
  /** SHA-256 of the weights that training began with. */
  readonly weights: string;
}

/**
 * Does an experiment: mines and annotates, makes the benchmark, trains and asks every subject with
 * every seed. What is in the folder is used again; an interrupted run goes on.
 */
export async function runDemo(options: RunDemoOptions): Promise<DemoRun> {
  const { plan, folder, json, signal } = options;
  const paths = demoPaths(folder);
  await makeDirectory(folder);
  return holdOpen(async (hold) => {
    const lock = await lockRun(folder);
    hold(() => lock.release());
    const start = await modelFolder(plan.start);
    const weights = await sha256OfWeights(start);
    const settings = { settings: plan.benchmark, folder: paths.benchmark, signal };
    const benchmark = await prepareBenchmark(settings);
    const mined = new Map<string, MinedDataset>();
    for (const name of Object.keys(plan.mined)) {
      mined.set(name, await mineTriplets({ plan, name, paths, json, signal }));
    }
    const runs = planRuns(plan, mined);
    const announcer = announceRuns(runs.length, { json });
    const outcomes: DemoRun["outcomes"][number][] = [];
    for (const run of runs) {
      signal.throwIfAborted();
      const { name, seed } = run;
      const subject = plan.subjects[name]!;
      const isMain = name === plan.main;
      const parts = { ...options, ...run, plan: { ...plan, start }, subject, weights, isMain };
      const key = outcomeKey(name, parts);
      const known = await readOutcome(paths.outcome(key));
      announcer.next(name, seed, known !== undefined);
      const outcome = known ?? (await runSubject(key, { ...parts, benchmark, paths }));
      announcer.done(outcome);
      outcomes.push({ ...run, outcome });
    }
    return { plan, mined, benchmark, outcomes, weights };
  });
}
