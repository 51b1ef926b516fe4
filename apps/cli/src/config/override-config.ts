import { resolve } from "node:path";
import { cwd } from "node:process";
import { MegaPairsError } from "@megapairs/spec";
import { parseBand } from "./parse-band.ts";
import { resolveCorpus, resolveModel } from "./resolve-paths.ts";

/** Flags that stand for settings; what is undefined was not given. */
export interface ConfigFlags {
  readonly images?: string | undefined;
  readonly seed?: number | undefined;
  readonly shardSize?: number | undefined;
  /** `MODEL` for relation I, or `NAME=MODEL`. */
  readonly encoder?: readonly string[] | undefined;
  /** `LOWER,UPPER` for every relation, or `NAME=LOWER,UPPER`. */
  readonly band?: readonly string[] | undefined;
  readonly neighbours?: number | undefined;
  readonly recall?: number | undefined;
  readonly targets?: number | undefined;
  readonly hardNegatives?: number | undefined;
  readonly negatives?: "random" | "nearest" | undefined;
  readonly negativeMargin?: number | undefined;
  readonly negativeRanks?: readonly [number, number] | undefined;
  readonly queriesPerTarget?: number | undefined;
  readonly duplicates?: "keep" | "representatives" | undefined;
  /** Pictures, or `NAME=FILE.npy`. */
  readonly guard?: readonly string[] | undefined;
  readonly vlmUrl?: string | undefined;
  readonly vlmModel?: string | undefined;
  readonly llmUrl?: string | undefined;
  readonly llmModel?: string | undefined;
  readonly vlmProfile?: string | undefined;
  readonly apiKeyEnv?: string | undefined;
  readonly concurrency?: number | undefined;
}

type Settings = Record<string, unknown>;

const NAMED = /^([A-Za-z][A-Za-z0-9]{0,15})=(.+)$/s;

/** Settings as written, with the flags in place of what they override; paths in flags are absolute then. */
export function overrideConfig(base: Settings, flags: ConfigFlags): Settings {
  const relations = overrideRelations(section(base["relations"]), flags);
  const mine = defined({
    recall: flags.recall,
    targetsPerQuery: flags.targets,
    hardNegatives: flags.hardNegatives,
    strategy: flags.negatives,
    negativeMargin: flags.negativeMargin,
    negativeRanks: flags.negativeRanks,
    queriesPerTarget: flags.queriesPerTarget,
    duplicates: flags.duplicates,
  });
  const guard = flags.guard?.map(guardOf);
  const describe = backend(flags.vlmUrl, flags.vlmModel, flags);
  const instruct = backend(flags.llmUrl ?? flags.vlmUrl, flags.llmModel ?? flags.vlmModel, flags);
  const annotate = defined({ describe, instruct, concurrency: flags.concurrency });
  const corpus = flags.images === undefined ? undefined : resolveCorpus(flags.images, cwd());
  return {
    ...base,
    ...defined({ corpus, seed: flags.seed, shardSize: flags.shardSize, guard }),
    relations,
    mine: { ...section(base["mine"]), ...mine },
    annotate: { ...section(base["annotate"]), ...annotate },
  };
}

function guardOf(flag: string): Settings {
  const [, name, file = ""] = NAMED.exec(flag) ?? [];
  return name === undefined
    ? { images: resolveCorpus(flag, cwd()) }
    : { vectors: { [name]: resolve(file) } };
}

function overrideRelations(base: Settings, flags: ConfigFlags): Settings {
  const relations: Settings = flags.encoder === undefined ? { ...base } : {};
  for (const flag of flags.encoder ?? []) {
    const [, name = "I", model = flag] = NAMED.exec(flag) ?? [];
    relations[name] = { ...section(base[name]), encoder: resolveModel(model, cwd()) };
  }
  for (const flag of flags.band ?? []) {
    const [, only, text = flag] = NAMED.exec(flag) ?? [];
    const band = parseBand(text);
    if (only !== undefined && relations[only] === undefined) {
      const known = Object.keys(relations).join(", ");
      throw new MegaPairsError(
        "invalid-argument",
        `--band ${flag}: there is no relation ${only}, only ${known}.`,
      );
    }
    for (const name of only === undefined ? Object.keys(relations) : [only]) {
      relations[name] = { ...section(relations[name]), band };
    }
  }
  if (flags.neighbours !== undefined) {
    for (const [name, relation] of Object.entries(relations)) {
      relations[name] = { ...section(relation), neighbours: flags.neighbours };
    }
  }
  return relations;
}

function backend(
  url: string | undefined,
  model: string | undefined,
  flags: ConfigFlags,
): Settings | undefined {
  if (url === undefined) return undefined;
  if (model === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `--vlm-url ${url} needs --vlm-model, the model's name on that server.`,
    );
  }
  return {
    baseUrl: url,
    model,
    ...defined({ profile: flags.vlmProfile, apiKeyEnv: flags.apiKeyEnv }),
  };
}

function section(value: unknown): Settings {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function defined(values: Settings): Settings {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
