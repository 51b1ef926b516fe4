import { resolve } from "node:path";
import { Command } from "commander";
import { offerContactSheet, writeContactSheet } from "../contact-sheet.ts";
import { formatFacts, formatStages, formatTriplets } from "../format-facts.ts";
import { openRun } from "../open-run.ts";
import { runPaths } from "../run-paths.ts";
import { gatherRunFacts } from "../run-facts.ts";
import { sampleTriplets } from "../sample-triplets.ts";
import { positiveInteger, wholeNumber } from "./option-values.ts";

interface InspectFlags {
  readonly samples: number;
  readonly seed: number;
  readonly sheet?: string | undefined;
  readonly rejects?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** `megapairs inspect`: what a run holds, in words and as a picture. */
export function inspectCommand(): Command {
  return new Command("inspect")
    .description("print what a run holds and draw a contact sheet of sample triplets")
    .argument("<run>", "run directory")
    .option("-n, --samples <n>", "triplets to show", positiveInteger, 8)
    .option("--seed <n>", "which ones", wholeNumber, 0)
    .option(
      "--sheet <file>",
      "where the contact sheet goes; contact-sheet.jpg in the run by default",
    )
    .option("--rejects", "list every rejected item")
    .option("--json", "everything as one JSON object")
    .action(async (run: string, flags: InspectFlags) => {
      const directory = resolve(run);
      const { record, database } = await openRun(directory);
      try {
        const facts = await gatherRunFacts(directory, record, database);
        const triplets = await sampleTriplets(database, { count: flags.samples, seed: flags.seed });
        const contactSheet =
          flags.sheet === undefined
            ? await offerContactSheet({
                database,
                triplets,
                file: runPaths(directory).contactSheet,
              })
            : await writeContactSheet({ database, triplets, file: resolve(flags.sheet) });
        if (flags.json === true) {
          process.stdout.write(
            `${JSON.stringify({ run: directory, ...facts, samples: triplets, contactSheet })}\n`,
          );
          return;
        }
        const paths = new Map<string, string>();
        for await (const { id, path } of database.readImages({
          ids: [...new Set(triplets.flatMap(({ queryId, targetId }) => [queryId, targetId]))],
        })) {
          paths.set(id, path);
        }
        const samples = formatTriplets(triplets, (id) => paths.get(id) ?? id);
        const words = formatFacts(facts, { allRejects: flags.rejects === true });
        process.stdout.write(`${directory}\n\n${formatStages(facts)}\n\n${words}\n\n${samples}\n`);
        if (contactSheet !== null) process.stdout.write(`\ncontact sheet  ${contactSheet}\n`);
      } finally {
        database.close();
      }
    });
}
