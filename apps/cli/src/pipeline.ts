import { createFileLedger, openRunDatabase } from "@megapairs/dataset";
import type { RunDatabase } from "@megapairs/dataset";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createLocalEngine,
  createProgress,
  createRunLog,
  lockRun,
  openManifest,
  runStage,
} from "@megapairs/run";
import type { RunManifest, Stage, StageSummary } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import type { JsonValue } from "@megapairs/spec";
import { annotateStages } from "./annotate-stages.ts";
import { chooseCorpus } from "./choose/choose-corpus.ts";
import { chooseRelations } from "./choose/choose-relations.ts";
import { configAsJson } from "./config/load-config.ts";
import type { RunConfig } from "./config/run-config.ts";
import { exportRun } from "./export-run.ts";
import type { ExportedDataset } from "./export-run.ts";
import { reaches, stagesFrom } from "./stage-groups.ts";
import type { StageGroup } from "./stage-groups.ts";
import { assertBandsCaught } from "./stages/assert-bands-caught.ts";
import { createEmbedStage } from "./stages/embed-stage.ts";
import { createIngestStage } from "./stages/ingest-stage.ts";
import { createNeighboursStage } from "./stages/neighbours-stage.ts";
import { createPairsStage } from "./stages/pairs-stage.ts";
import { version } from "./version.ts";

/** What to run, where, and how far. */
export interface PipelineOptions {
  readonly config: RunConfig;
  /** The run directory; made where there is none. */
  readonly directory: string;
  /** The last stages to do. */
  readonly until: StageGroup;
  /** Discards these stages and all that follow before starting. */
  readonly redo?: StageGroup | undefined;
  /** Progress as JSON lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What a pipeline did. */
export interface PipelineResult {
  readonly stages: readonly StageSummary[];
  /** Undefined when the pipeline stopped before. */
  readonly exported: ExportedDataset | undefined;
}

/** Where things lie in a run directory. */
export function runPaths(
  directory: string,
): Readonly<Record<"database" | "responses" | "export" | "contactSheet", string>> {
  return {
    database: join(directory, "lancedb"),
    responses: join(directory, "responses"),
    export: join(directory, "export"),
    contactSheet: join(directory, "contact-sheet.jpg"),
  };
}

/** The stages in their order, each on the identity of the one before. */
export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { config, directory, until, redo, json, signal } = options;
  await makeDirectory(directory);
  const lock = await lockRun(directory);
  const closing: (() => unknown)[] = [() => lock.release()];
  try {
    const manifest = await openManifest(directory, {
      createdBy: { megapairs: version },
      settings: configAsJson(config),
    });
    const paths = runPaths(directory);
    const database = await openRunDatabase(paths.database);
    closing.unshift(() => database.close());
    if (redo !== undefined) await discard(redo, manifest, database);

    const engine = createLocalEngine({ attempts: 1 });
    const progress = createProgress({ json });
    const log = createRunLog(directory);
    const stages: StageSummary[] = [];
    const run = async <Input extends JsonValue>(stage: Stage<Input>): Promise<string> => {
      const ties = { run: directory, store: database, engine, manifest, progress, log, signal };
      const summary = await runStage(stage, ties);
      stages.push(summary);
      return summary.identity;
    };

    const { seed, shardSize, maxBytes, maxPixels } = config;
    const limits = { maxBytes, maxPixels };
    const corpus = await chooseCorpus(config.corpus, { seed, maxBytes });
    const ingest = await run(createIngestStage({ corpus, database, limits, shardSize }));
    if (!reaches(until, "embed")) return { stages, exported: undefined };

    const relations = await chooseRelations(config.relations);
    for (const { encoder } of relations) closing.unshift(() => encoder.dispose?.());
    const embed = await run(createEmbedStage({ database, relations, limits, ingest }));
    if (!reaches(until, "mine")) return { stages, exported: undefined };

    const neighbours = await run(createNeighboursStage({ database, relations, shardSize, embed }));
    await assertBandsCaught({ database, relations, seed, signal });
    const pairs = await run(
      createPairsStage({ database, relations, seed, shardSize, neighbours, ...config.mine }),
    );
    if (!reaches(until, "annotate")) return { stages, exported: undefined };

    const ledger = await createFileLedger({ directory: paths.responses });
    closing.unshift(() => ledger.close());
    const annotate = annotateStages({ config: config.annotate, database, ledger, seed, pairs });
    closing.unshift(() => annotate.dispose());
    const describe = await run(annotate.describe);
    await run(annotate.instruct(describe));
    if (!reaches(until, "export")) return { stages, exported: undefined };

    const exported = await exportRun({
      database,
      manifest,
      stages,
      directory: paths.export,
      signal,
    });
    return { stages, exported };
  } finally {
    for (const close of closing) await close();
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot make the run directory ${directory}: ${reason}. Choose another --out.`;
    throw new MegaPairsError("invalid-argument", message, { cause });
  }
}

/**
 * Forgets a group of stages and all that follow. Vectors stay: they are kept by fingerprint. Rows go
 * before the manifest's entry, so that a kill in between is noticed and not forgotten.
 */
async function discard(
  redo: StageGroup,
  manifest: RunManifest,
  database: RunDatabase,
): Promise<void> {
  for (const name of stagesFrom(redo).toReversed()) {
    const known = manifest.stage(name);
    if (known === undefined) continue;
    if (name !== "embed" && name !== "export")
      await database.removeStage(known.identity, Object.keys(known.rows));
    await manifest.forget(name);
  }
}
