import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { argv } from "node:process";
import { abortOnSignals } from "@megapairs/run";
import { Command } from "commander";
import { choosePlan } from "../demo/choose-plan.ts";
import { reportDemo } from "../demo/report-demo.ts";
import { runDemo } from "../demo/run-demo.ts";
import { positiveInteger } from "./option-values.ts";

interface DemoFlags {
  readonly out: string;
  readonly full?: boolean | undefined;
  readonly seeds?: number | undefined;
  readonly threads?: number | undefined;
  readonly json?: boolean | undefined;
}

/** `megapairs demo`: the paper's claims in miniature, from pictures to a page of results. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("the whole method in miniature: mine, annotate, train, ask, report")
    .argument("[plan]", "an experiment of your own, as YAML or JSON")
    .option("-o, --out <directory>", "where everything goes and is found again", "runs/demo")
    .option("--full", "every ablation and every seed, for an hour, not a few for minutes")
    .option("--seeds <n>", "seeds of each training run", positiveInteger)
    .option("--threads <n>", "threads of one operator; all cores if left out", positiveInteger)
    .option("--json", "progress as JSON lines on stderr, the results on stdout")
    .addHelpText(
      "after",
      `
No network, no GPU. What is there is used again: after Ctrl-C the same command goes on, and --full
goes on from the short one.

Examples:
  megapairs demo --out runs/demo
  megapairs demo --full --seeds 5 --out runs/demo`,
    )
    .action(demoAction);
}

async function demoAction(file: string | undefined, flags: DemoFlags): Promise<void> {
  const { full: isFull = false, json = false, seeds } = flags;
  const { threads = availableParallelism() } = flags;
  const folder = resolve(flags.out);
  const plan = await choosePlan({ file, isFull, seeds });
  const abort = abortOnSignals(["SIGINT", "SIGTERM"], {
    onInterrupt: () =>
      process.stderr.write("\nFinishing what is in work; Ctrl-C again ends at once.\n"),
  });
  const { signal } = abort;
  try {
    const run = await runDemo({ plan, folder, threads, json, signal });
    const command = ["megapairs", ...argv.slice(2)].join(" ");
    const mode = isFull ? "full" : "short";
    await reportDemo(run, { folder, command, mode, threads, json, signal });
  } catch (error) {
    if (signal.aborted) process.stderr.write("Interrupted. The same command goes on.\n");
    throw error;
  } finally {
    abort.dispose();
  }
}
