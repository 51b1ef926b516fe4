import { openRunDatabase } from "@megapairs/dataset";
import { createGemmEstimate } from "@megapairs/mine";
import type { GemmEstimate } from "@megapairs/mine";
import {
  createLocalEngine,
  createProgress,
  createRunLog,
  lockRun,
  openManifest,
  runStage,
} from "@megapairs/run";
import type { Stage, StageSummary } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import type { JsonValue } from "@megapairs/spec";
import { openAnnotate } from "./annotate-stages.ts";
import { chooseCorpus } from "./choose/choose-corpus.ts";
import { chooseGuards } from "./choose/choose-guards.ts";
import { chooseRelations } from "./choose/choose-relations.ts";
import { configAsJson } from "./config/load-config.ts";
import type { RunConfig } from "./config/run-config.ts";
import { exportRun } from "./export-run.ts";
import type { ExportedDataset } from "./export-run.ts";
import { holdOpen } from "./hold-open.ts";
import { openJoinNotes } from "./join-notes.ts";
import { makeDirectory } from "./output-file.ts";
import { runPaths } from "./run-paths.ts";
import { assertOnlyRows, discardStages } from "./stored-stages.ts";
import { reaches, stagesFrom } from "./stage-groups.ts";
import type { StageGroup } from "./stage-groups.ts";
import { assertBandsCaught } from "./stages/assert-bands-caught.ts";
import { createEmbedStage } from "./stages/embed-stage.ts";
import { createGuardStage } from "./stages/guard-stage.ts";
import { createIngestStage } from "./stages/ingest-stage.ts";
import { createNeighboursStage } from "./stages/neighbours-stage.ts";
import { createPairsStage } from "./stages/pairs-stage.ts";
import { resolveBands } from "./stages/resolve-bands.ts";
import { createVectors } from "./stages/vectors.ts";
import { version } from "./version.ts";

/** What to run, where, and how far. */
export interface PipelineOptions {
  readonly config: RunConfig;
  /** The run directory; made where there is none. */
  readonly directory: string;
  /** The last stages to do. */
  readonly until: StageGroup;
  /** Discards these stages and all that follow when it comes to them. */
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

/**
 * The stages in their order, each on the identity of the one before. All that settings name is opened
 * first, so that a wrong name costs nothing; `redo` discards when its first stage is reached, so that
 * a run refused before loses nothing.
 */
export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { config, directory, until, redo, json, signal } = options;
  if (redo !== undefined && !reaches(until, redo)) {
    throw new MegaPairsError(
      "invalid-argument",
      `--redo ${redo} comes after ${until}, the last stage to do: nothing would be done again.`,
    );
  }
  await makeDirectory(directory);
  return holdOpen(async (hold) => {
    const lock = await lockRun(directory);
    hold(() => lock.release());
    const manifest = await openManifest(directory, {
      createdBy: { megapairs: version },
      settings: configAsJson(config),
    });
    const paths = runPaths(directory);
    const database = await openRunDatabase(paths.database);
    hold(() => database.close());

    const { seed, shardSize, maxBytes, maxPixels } = config;
    const limits = { maxBytes, maxPixels };
    const corpus = await chooseCorpus(config.corpus, { seed, maxBytes });
    const relations = reaches(until, "embed") ? await chooseRelations(config.relations) : [];
    for (const { encoder } of relations) hold(() => encoder.dispose?.());
    const guards = reaches(until, "mine") ? await chooseGuards(config) : [];
    const annotate = reaches(until, "annotate")
      ? await openAnnotate({ config: config.annotate, database, seed, directory: paths.responses })
      : undefined;
    hold(() => annotate?.dispose());

    const engine = createLocalEngine();
    const progress = createProgress({ json });
    const log = createRunLog(directory);
    const ties = { run: directory, store: database, engine, manifest, progress, log, signal };
    const stages: StageSummary[] = [];
    const begin = async (group: StageGroup): Promise<boolean> => {
      if (!reaches(until, group)) return false;
      if (group === redo) await discardStages(stagesFrom(group), { manifest, database });
      return true;
    };
    const run = async <Input extends JsonValue>(stage: Stage<Input>): Promise<StageSummary> => {
      const summary = await runStage(stage, ties);
      await assertOnlyRows(database, summary);
      stages.push(summary);
      return summary;
    };

    await begin("ingest");
    const ingest = await run(createIngestStage({ corpus, database, limits, shardSize }));

    if (!(await begin("embed"))) return { stages, exported: undefined };
    const vectors = createVectors(database, ingest.digest);
    const embed = await run(createEmbedStage({ database, relations, limits, vectors, ingest }));

    if (!(await begin("mine"))) return { stages, exported: undefined };
    let gemm: Promise<GemmEstimate> | undefined;
    hold(async () => (await gemm)?.dispose());
    const estimate = (): Promise<GemmEstimate> => (gemm ??= createGemmEstimate());
    const banded = await resolveBands({ vectors, relations, seed, signal });
    const joins = await openJoinNotes(paths.joins);
    const neighbours = await run(
      createNeighboursStage({
        vectors,
        relations: banded,
        shardSize,
        recall: config.mine.recall,
        progress,
        onJoined: joins.put,
        embed: embed.identity,
      }),
    );
    await assertBandsCaught({ database, vectors, relations: banded, seed, signal });
    const shared = { database, relations: banded, shardSize };
    const guard =
      guards.length === 0
        ? undefined
        : await run(
            createGuardStage({
              ...shared,
              guards,
              vectors,
              limits,
              estimate,
              embed: embed.identity,
            }),
          );
    const pairs = await run(
      createPairsStage({
        ...shared,
        seed,
        mine: config.mine,
        neighbours: neighbours.identity,
        guard: guard?.identity,
      }),
    );

    if (!(await begin("annotate")) || annotate === undefined)
      return { stages, exported: undefined };
    const describe = await run(annotate.describe(pairs.identity));
    await run(annotate.instruct(describe.identity));

    if (!(await begin("export"))) return { stages, exported: undefined };
    const exported = await exportRun({
      database,
      manifest,
      stages,
      directory: paths.export,
      signal,
    });
    return { stages, exported };
  });
}
