import { MegaPairsError } from "@megapairs/spec";
import type { RunConfig } from "../config/run-config.ts";
import { runPipeline } from "../pipeline.ts";
import type { PipelineResult } from "../pipeline.ts";
import { parseConfig } from "../config/load-config.ts";
import { runPaths } from "../run-paths.ts";
import type { DemoPaths } from "./demo-paths.ts";
import type { DemoPlan } from "./demo-plan.ts";
import { readMinedTriplets } from "./mined-triplets.ts";
import type { MinedTriplet } from "./mined-triplets.ts";

/** What to mine, and where. */
export interface MineTripletsOptions {
  readonly plan: Pick<DemoPlan, "mined">;
  /** A key of `plan.mined`. */
  readonly name: string;
  readonly paths: Pick<DemoPaths, "mined">;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** The triplets of a pipeline run. */
export interface MinedDataset {
  readonly triplets: readonly MinedTriplet[];
  /** Folder of the dataset. */
  readonly folder: string;
  /** Run directory. */
  readonly run: string;
  readonly config: RunConfig;
  readonly result: PipelineResult;
}

/** Takes the corpus of a plan through the whole pipeline, or what is left of it, and reads the dataset. */
export async function mineTriplets(options: MineTripletsOptions): Promise<MinedDataset> {
  const { plan, name, paths, json, signal } = options;
  const run = paths.mined(name);
  const [first = {}] = Object.values(plan.mined);
  const config = parseConfig(merge(first, plan.mined[name] ?? {}), `mined ${name}`);
  const pipeline = { config, directory: run, until: "export", json, signal } as const;
  const result = await runPipeline(pipeline).catch((error: unknown) => {
    throw madeDifferently(error, run) ?? error;
  });
  const folder = runPaths(run).export;
  return { triplets: await readMinedTriplets(folder), folder, run, config, result };
}

/** The error of a stage that is there but of other settings or models, without a flag that demos do not have. */
function madeDifferently(error: unknown, run: string): MegaPairsError | undefined {
  if (!MegaPairsError.isInstance(error) || error.details["stage"] === undefined) return undefined;
  const { code, message } = error;
  const [what] = message.split(". Use another");
  return new MegaPairsError(code, `${what}. Choose another --out, or delete ${run}.`, {
    cause: error.cause,
  });
}

type Settings = Readonly<Record<string, unknown>>;

/** Settings with some of them replaced, mappings member by member. */
function merge(base: Settings, changes: Settings): Settings {
  const merged = Object.entries(changes).map(([key, change]) => {
    const known = base[key];
    return [key, isMapping(known) && isMapping(change) ? merge(known, change) : change];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function isMapping(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
