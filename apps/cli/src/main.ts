#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { demoCommand } from "./commands/demo-command.ts";
import { embedCommand } from "./commands/embed-command.ts";
import { evalCommand } from "./commands/eval-command.ts";
import { exportCommand } from "./commands/export-command.ts";
import { inspectCommand } from "./commands/inspect-command.ts";
import { mineCommand } from "./commands/mine-command.ts";
import { annotateCommand, runCommand } from "./commands/pipeline-command.ts";
import { reportCommand } from "./commands/report-command.ts";
import { serveDemoVlmCommand } from "./commands/serve-demo-vlm-command.ts";
import { trainCommand } from "./commands/train-command.ts";
import { exitCodeOf, exitCodes, explainError } from "./exit-code.ts";
import { version } from "./version.ts";

const EXIT_CODES = `
Exit codes:
  0 done · 1 unexpected error (a bug: please report) · 2 wrong flag, setting or file
  3 not supported by a model or backend · 4 corrupt data · 5 annotation endpoint failed
  6 disk full or read-only · 7 training diverged · 130 interrupted; the same command goes on`;

const program = new Command("megapairs")
  .description(
    "Make training data for multimodal retrieval out of images and open models, and train on it.",
  )
  .version(version)
  .exitOverride()
  .enablePositionalOptions()
  .addHelpText("after", EXIT_CODES)
  .addCommand(demoCommand())
  .addCommand(runCommand())
  .addCommand(embedCommand())
  .addCommand(mineCommand())
  .addCommand(annotateCommand())
  .addCommand(exportCommand())
  .addCommand(inspectCommand())
  .addCommand(reportCommand())
  .addCommand(trainCommand())
  .addCommand(evalCommand())
  .addCommand(serveDemoVlmCommand());
for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
  command.exitOverride().showHelpAfterError("(add --help for the flags)");

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else {
    process.exitCode = exitCodeOf(error);
    process.stderr.write(`megapairs: ${explainError(error)}\n`);
    const isBug = process.exitCode === exitCodes.unexpected;
    if ((isBug || process.env["MEGAPAIRS_DEBUG"] !== undefined) && error instanceof Error) {
      process.stderr.write(`${error.stack ?? ""}\n`);
    }
  }
}
