import { basename, dirname, extname, join, resolve } from "node:path";
import { cwd } from "node:process";
import { MegaPairsError } from "@megapairs/spec";
import { describeIssues } from "./describe-issues.ts";
import { readMapping } from "./load-config.ts";
import { resolveCorpus, resolveStart } from "./resolve-paths.ts";
import { trainConfigSchema } from "./train-config.ts";
import type { TrainConfig } from "./train-config.ts";

/** Flags that stand for settings of a training run; what is undefined was not given. */
export interface TrainFlags {
  readonly out?: string | undefined;
  readonly model?: string | undefined;
  readonly triplets?: string | undefined;
  readonly captions?: string | undefined;
  readonly images?: string | undefined;
  readonly relations?: readonly string[] | undefined;
  readonly steps?: number | undefined;
  readonly batch?: number | undefined;
  readonly chunk?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
  readonly device?: string | undefined;
}

type Settings = Record<string, unknown>;

/** File of a run's settings in its folder. */
export const SETTINGS_FILE = "train.json";

/**
 * Settings of a training run: of a file, or of the run in `--out` where none is named, with flags in
 * place of what they override. Relative paths are taken from the file's folder, those of flags from
 * where the command runs; without any `out` it is `runs/` and the file's name, from there too.
 *
 * Rejects with `invalid-argument` naming every wrong key and value.
 */
export async function loadTrainConfig(
  file: string | undefined,
  flags: TrainFlags,
): Promise<TrainConfig> {
  const source = file ?? storedFile(flags);
  const stored = await readMapping(source);
  const base =
    file === undefined ? settingsOfRun(stored) : resolveTrainPaths(stored, dirname(resolve(file)));
  const name = basename(source, extname(source));
  return parseTrainConfig({ out: resolve("runs", name), ...override(base, flags) }, source);
}

/** Checks settings and fills in the defaults. `invalid-argument` naming every wrong key and value. */
export function parseTrainConfig(value: unknown, source: string): TrainConfig {
  const parsed = trainConfigSchema.safeParse(value);
  if (!parsed.success) {
    throw new MegaPairsError("invalid-argument", `${source}: ${describeIssues(parsed.error)}.`);
  }
  const { steps, epochs } = parsed.data;
  if (steps === undefined || epochs === undefined) return parsed.data;
  throw new MegaPairsError("invalid-argument", `${source}: give either steps or epochs, not both.`);
}

function storedFile({ out }: TrainFlags): string {
  if (out !== undefined) return join(resolve(out), SETTINGS_FILE);
  throw new MegaPairsError(
    "invalid-argument",
    "Give a config file, or --out DIR of a training run that is to go on.",
  );
}

/** Settings as `train.json` keeps them. */
function settingsOfRun({ settings }: Settings): Settings {
  return section(settings);
}

function resolveTrainPaths(settings: Settings, folder: string): Settings {
  const at = (value: unknown): unknown =>
    typeof value === "string" ? resolve(folder, value) : value;
  const corpus = (value: unknown): unknown =>
    typeof value === "string" ? resolveCorpus(value, folder) : value;
  const start = (value: unknown): unknown =>
    typeof value === "string" ? resolveStart(value, folder) : value;
  const keep = (value: unknown): unknown => (value === "from-data" ? value : at(value));
  return mapped(settings, {
    out: at,
    model: (value) => mapped(value, { folder: start, config: at, tokenizer: keep }),
    data: (value) => mapped(value, { triplets: at, captions: corpus, images: at }),
  });
}

/** A mapping with some of its members changed; anything else as it is. */
function mapped<Value>(
  value: Value,
  changes: Readonly<Record<string, (member: unknown) => unknown>>,
): Value | Settings {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    changes[key]?.(member) ?? member,
  ]);
  return Object.fromEntries(entries);
}

function override(base: Settings, flags: TrainFlags): Settings {
  const { model, triplets, captions, images, relations, out, steps, ...others } = flags;
  const { triplets: _, captions: __, relations: found, ...otherData } = section(base["data"]);
  const isData = triplets !== undefined || captions !== undefined;
  const paths = {
    triplets: triplets === undefined ? undefined : resolve(triplets),
    captions: captions === undefined ? undefined : resolveCorpus(captions, cwd()),
    images: images === undefined ? undefined : resolve(images),
    relations: relations ?? (captions === undefined ? found : undefined),
  };
  return {
    ...base,
    ...defined(others),
    ...(out !== undefined && { out: resolve(out) }),
    ...(steps !== undefined && { steps, epochs: undefined }),
    ...(model !== undefined && { model: { folder: resolveStart(model, cwd()) } }),
    data: { ...(isData ? otherData : section(base["data"])), ...defined(paths) },
  };
}

function section(value: unknown): Settings {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function defined(values: Settings): Settings {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
