import { createHash } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { makeDirectory, writeOutputFile } from "../output-file.ts";
import type { DemoPaths } from "./demo-paths.ts";
import type { DemoPlan, Subject } from "./demo-plan.ts";
import { evaluateSubject } from "./evaluate-subject.ts";
import type { MinedTriplet } from "./mined-triplets.ts";
import type { Outcome } from "./outcome.ts";
import type { PreparedBenchmark } from "./prepare-benchmark.ts";
import { trainSubject } from "./train-subject.ts";

/** One subject, one seed, and all that they need. */
export interface RunSubjectOptions {
  readonly subject: Subject;
  readonly seed: number;
  readonly plan: DemoPlan;
  /** SHA-256 of the weights that training begins with. */
  readonly weights: string;
  /** What the subject is trained on; empty where nothing is trained. */
  readonly triplets: readonly MinedTriplet[];
  /** Folder of the pictures that triplets name. */
  readonly images: string;
  readonly benchmark: PreparedBenchmark;
  readonly paths: DemoPaths;
  /** The subject that the claim is about: its model is kept, and asked by either side alone too. */
  readonly isMain: boolean;
  readonly threads: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Names an outcome by all that decides it, save the machine: what is there under it is used again. */
export function outcomeKey(
  name: string,
  options: Pick<RunSubjectOptions, "subject" | "seed" | "plan" | "weights" | "triplets" | "isMain">,
): string {
  const { subject, seed, plan, weights, triplets, isMain } = options;
  const { train, minedNegatives, benchmark } = plan;
  const facts = { subject, seed, train, minedNegatives, benchmark, weights, triplets, isMain };
  const hash = createHash("sha256").update(JSON.stringify(facts)).digest("hex");
  return `${name}-${seed}-${hash.slice(0, 12)}`;
}

/** Trains a subject, asks it, and writes the outcome under its key. */
export async function runSubject(key: string, options: RunSubjectOptions): Promise<Outcome> {
  const { paths, isMain, seed, plan } = options;
  const folder = paths.work(key);
  const began = performance.now();
  const { model, ...trained } = await trainIfAsked(folder, options);
  const between = performance.now();
  const asked = await askQueries(folder, model, options);
  const outcome: Outcome = {
    ...trained,
    ...asked,
    seconds: { train: (between - began) / 1000, evaluate: (performance.now() - between) / 1000 },
  };
  // A model as it is stays where it is.
  if (isMain && trained.steps > 0 && seed === plan.seeds[0]) {
    await rm(paths.model, { recursive: true, force: true });
    await rename(model, paths.model);
  }
  const file = paths.outcome(key);
  await makeDirectory(dirname(file));
  await writeOutputFile(file, `${JSON.stringify(outcome)}\n`);
  await rm(folder, { recursive: true, force: true });
  return outcome;
}

async function trainIfAsked(
  folder: string,
  options: RunSubjectOptions,
): Promise<Pick<Outcome, "examples" | "steps" | "curve"> & { readonly model: string }> {
  const { subject, plan } = options;
  if (subject.kind === "start") return { model: plan.start, examples: 0, steps: 0, curve: [] };
  return trainSubject({ ...options, subject, folder });
}

function askQueries(
  folder: string,
  model: string,
  options: RunSubjectOptions,
): ReturnType<typeof evaluateSubject> {
  const { subject, benchmark, isMain, threads, json, signal } = options;
  return evaluateSubject({
    model,
    benchmark: benchmark.benchmark,
    images: benchmark.images,
    composition: subject.kind === "start" ? subject.compose : "composed",
    shortcuts: isMain,
    folder,
    threads,
    json,
    signal,
  });
}
