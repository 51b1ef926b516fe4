import { join, resolve } from "node:path";
import { exportMegaPairs } from "@megapairs/dataset";
import { abortOnSignals, formatBytes, formatCount } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { Command } from "commander";
import { openRun } from "../open-run.ts";
import { commaSeparated } from "./option-values.ts";
import { addConfigOptions, pipelineAction } from "./pipeline-command.ts";
import type { PipelineFlags } from "./pipeline-command.ts";

interface ExportFlags extends PipelineFlags {
  readonly relations?: readonly string[] | undefined;
  readonly to?: string | undefined;
}

/** `megapairs export`: the dataset of a run, or what some of its relations found of it. */
export function exportCommand(): Command {
  const command = new Command("export")
    .description("write the dataset of a run: JSONL, tars, card")
    .argument("<run>", "run directory")
    .option(
      "--relations <names>",
      "only pairs that one of these found, such as D,I: an ablation, into a folder of its own",
      commaSeparated,
    )
    .option("--to <directory>", "that folder; RUN/export-D-I for D,I if left out");
  return addConfigOptions(command).action(async (run: string, flags: ExportFlags) => {
    const { relations, to, ...others } = flags;
    if (relations === undefined) {
      if (to === undefined) return pipelineAction(resolve(run), "export", others);
      throw new MegaPairsError("invalid-argument", "--to goes with --relations.");
    }
    await exportRelations(resolve(run), relations, flags);
  });
}

async function exportRelations(
  run: string,
  relations: readonly string[],
  { to, json = false }: ExportFlags,
): Promise<void> {
  const { record, database } = await openRun(run);
  const abort = abortOnSignals();
  try {
    const known = Object.keys(record.stages["embed"]?.fingerprints ?? {});
    const unknown = relations.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new MegaPairsError(
        "invalid-argument",
        `--relations ${relations.join(",")}: there is no relation ${unknown}, only ${known.toSorted().join(", ")}.`,
      );
    }
    const sorted = relations.toSorted();
    const directory = to === undefined ? join(run, `export-${sorted.join("-")}`) : resolve(to);
    const { signal } = abort;
    const result = await exportMegaPairs({
      database,
      directory,
      relations,
      overwrite: true,
      signal,
    });
    const { triplets, images, bytes, jsonlPath } = result;
    const size = `${formatCount(triplets)} triplets found by ${sorted.join(" or ")}, ${formatCount(images)} images, ${formatBytes(bytes)}`;
    process.stdout.write(
      json ? `${JSON.stringify({ relations: sorted, ...result })}\n` : `${jsonlPath}\n  ${size}\n`,
    );
  } finally {
    abort.dispose();
    database.close();
  }
}
