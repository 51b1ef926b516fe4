import { resolve } from "node:path";
import type { SimilarityBand } from "@megapairs/mine";
import { abortOnSignals, formatCount } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { Command } from "commander";
import { parseBand } from "../config/parse-band.ts";
import { mineVectors } from "../vectors/mine-vectors.ts";
import type { MineVectorsResult } from "../vectors/mine-vectors.ts";
import { describeMethod } from "../describe-method.ts";
import { calibrateCommand } from "./calibrate-command.ts";
import { collect, positiveInteger, positiveNumber } from "./option-values.ts";
import { addConfigOptions, pipelineAction } from "./pipeline-command.ts";
import type { PipelineFlags } from "./pipeline-command.ts";

interface MineFlags extends PipelineFlags {
  readonly vectors?: readonly string[] | undefined;
  readonly ids?: string | undefined;
  readonly normalise?: boolean | undefined;
  readonly k?: number | undefined;
  readonly out?: string | undefined;
  readonly joins?: string | undefined;
  readonly groups?: string | undefined;
  readonly pairsPerGroup?: number | undefined;
  readonly guardThreshold?: number | undefined;
  readonly rejects?: string | undefined;
  readonly nearDuplicates?: string | undefined;
}

/** What concerns runs alone. */
const OF_RUNS = [
  "config",
  "images",
  "encoder",
  "shardSize",
  "redo",
  "vlmUrl",
  "vlmModel",
  "llmUrl",
  "llmModel",
  "vlmProfile",
  "apiKeyEnv",
  "concurrency",
] as const;

/** What concerns matrices alone. */
const OF_VECTORS = [
  "ids",
  "normalise",
  "out",
  "joins",
  "groups",
  "pairsPerGroup",
  "guardThreshold",
  "rejects",
  "nearDuplicates",
] as const;

const BAND: SimilarityBand = { lower: 0.8, upper: 0.96 };
const K = 100;
const HARD_NEGATIVES = 5;
const RECALL = 0.99;

/** `megapairs mine`: the pairs of a run, or of matrices of vectors. */
export function mineCommand(): Command {
  const command = new Command("mine")
    .description("mine pairs with hard negatives: of a run, or of vectors in .npy files")
    .argument("[run]", "run directory; what is not embedded yet is embedded first")
    .option(
      "-v, --vectors <[relation=]file>",
      "float32 or float16 .npy, one row for each image; repeat for several relations",
      collect,
    )
    .option("--ids <file>", "text, one id for each row; row numbers if left out")
    .option("--normalise", "scale vectors to norm 1")
    .option("--k <n>", "the same as --neighbours; 100 for vectors", positiveInteger)
    .option("-o, --out <file>", "of vectors: JSON Lines, one for each pair")
    .option(
      "--joins <directory>",
      "of vectors: keeps joins there, so that images added later are only joined with all",
    )
    .option("--groups <file>", "of vectors: text, a cluster or label for each row")
    .option("--pairs-per-group <n>", "most pairs whose query is of one of them", positiveInteger)
    .option(
      "--guard-threshold <cosine>",
      "of vectors: what counts as an image of --guard; the upper bound of the band if left out",
      positiveNumber,
    )
    .option("--rejects <file>", "of vectors: JSON Lines, images left out, with reasons")
    .option("--near-duplicates <file>", "of vectors: JSON Lines, groups of near duplicates");
  return addConfigOptions(command)
    .enablePositionalOptions()
    .addCommand(calibrateCommand())
    .addHelpText(
      "after",
      `
Examples:
  megapairs mine runs/photos
  megapairs mine calibrate runs/photos
  megapairs mine --vectors clip.npy --vectors dino.npy --ids ids.txt --band 0.8,0.96 --out pairs.jsonl
  megapairs mine --vectors I=clip.npy --vectors D=dino.npy --band D=0.6,0.9 --out pairs.jsonl
  megapairs mine --vectors clip.npy --guard circo-clip.npy --queries-per-target 20 --duplicates representatives \\
    --rejects left-out.jsonl --out pairs.jsonl
  megapairs mine --vectors clip.npy --ids ids.txt --joins joins --out pairs.jsonl   # again, when images were added`,
    )
    .action(async (run: string | undefined, flags: MineFlags) => {
      if ((run === undefined) === (flags.vectors === undefined)) {
        throw new MegaPairsError(
          "invalid-argument",
          "Give either a run directory or --vectors FILE.",
        );
      }
      if (run === undefined) await vectorsAction(flags);
      else {
        refuse(flags, OF_VECTORS, "goes with --vectors, not with a run");
        const neighbours = flags.neighbours ?? flags.k;
        await pipelineAction(resolve(run), "mine", { ...flags, neighbours });
      }
    });
}

async function vectorsAction(flags: MineFlags): Promise<void> {
  refuse(flags, OF_RUNS, "goes with a run, not with --vectors");
  if (flags.out === undefined) {
    throw new MegaPairsError("invalid-argument", "Give --out FILE for the pairs.");
  }
  const { json = false } = flags;
  const bands = parseBands(flags.band ?? []);
  const abort = abortOnSignals();
  try {
    const result = await mineVectors({
      vectors: flags.vectors ?? [],
      idsFile: absolute(flags.ids),
      normalise: flags.normalise ?? false,
      bandOf: (relation) => bands.get(relation) ?? bands.get(EVERY) ?? BAND,
      bandNames: [...bands.keys()].filter((name) => name !== EVERY),
      k: flags.k ?? flags.neighbours ?? K,
      recall: flags.recall ?? RECALL,
      joins: absolute(flags.joins),
      selection: {
        seed: flags.seed ?? 0,
        targetsPerQuery: flags.targets,
        hardNegatives: flags.hardNegatives ?? HARD_NEGATIVES,
        strategy: flags.negatives,
        negativeMargin: flags.negativeMargin,
        negativeRanks: flags.negativeRanks,
      },
      queriesPerTarget: flags.queriesPerTarget,
      pairsPerGroup: flags.pairsPerGroup,
      groupsFile: absolute(flags.groups),
      duplicates: flags.duplicates,
      guards: flags.guard ?? [],
      guardThreshold: flags.guardThreshold,
      out: resolve(flags.out),
      rejectsFile: absolute(flags.rejects),
      duplicatesFile: absolute(flags.nearDuplicates),
      json,
      signal: abort.signal,
    });
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
  } finally {
    abort.dispose();
  }
}

function absolute(file: string | undefined): string | undefined {
  return file === undefined ? undefined : resolve(file);
}

/** Stands for all relations that have no band of their own. */
const EVERY = "";

function parseBands(flags: readonly string[]): ReadonlyMap<string, SimilarityBand> {
  return new Map(
    flags.map((flag) => {
      const [, name = EVERY, text = flag] = /^([^=]+)=(.+)$/s.exec(flag) ?? [];
      const [lower, upper] = parseBand(text);
      return [name, { lower, upper }];
    }),
  );
}

function refuse(flags: MineFlags, names: readonly (keyof MineFlags)[], why: string): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  const flag = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new MegaPairsError("invalid-argument", `--${flag} ${why}.`);
}

function describe(result: MineVectorsResult): string {
  const { out, images, relations, counts, duplicates, guarded } = result;
  const lines = relations.flatMap(
    ({ relation, neighbours, emptyQueries, nearDuplicates, method, kept, redone, warning }) => {
      const found = `${relation}: ${formatCount(neighbours)} neighbours, ${formatCount(emptyQueries)} images without, ${formatCount(nearDuplicates)} near duplicates`;
      const how = [
        ...describeMethod(method),
        ...(kept > 0 ? [`${formatCount(kept)} images were joined before`] : []),
        ...(redone === undefined ? [] : [`joined again, all of it: ${redone}`]),
      ];
      return [warning ?? found, ...how.map((line) => `  ${line}`)];
    },
  );
  const summary = `${formatCount(counts.pairs)} pairs of ${formatCount(images)} images, ${formatCount(counts.hardNegatives)} mined negatives, ${formatCount(counts.missingHardNegatives)} fewer than wanted`;
  if (duplicates.groups > 0) {
    const { groups, images: copies } = duplicates;
    lines.push(`${formatCount(copies)} images in ${formatCount(groups)} groups of near duplicates`);
  }
  if (guarded > 0)
    lines.push(`${formatCount(guarded)} images left out: evaluation sets have them too`);
  if (counts.cappedTargets > 0) {
    lines.push(`${formatCount(counts.cappedTargets)} targets refused by caps`);
  }
  return `${[...lines, summary, out].join("\n")}\n`;
}
