import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { referenceModels } from "./reference-models.ts";

const help = `Usage: pnpm -s experiment <name> [options]

  reference-models   the models that @megapairs/scenes ships, from scratch, and how they score

  --folder DIR   where everything is written and found again (default runs/experiments/NAME)
  --seed N       decides everything that is drawn (default 0)
  --threads N    of one operator (default: all cores)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: "string" },
    seed: { type: "string", default: "0" },
    threads: { type: "string", default: String(availableParallelism()) },
    help: { type: "boolean", default: false },
  },
});
const [name = ""] = positionals;
const folder = resolve(values.folder ?? `runs/experiments/${name}`);
const common = { folder, seed: Number(values.seed), threads: Number(values.threads) };

if (name === "reference-models" && !values.help) {
  print(await referenceModels(common));
} else {
  process.stdout.write(help);
  process.exitCode = values.help ? 0 : 2;
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}
