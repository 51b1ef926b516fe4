import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { composedExperiment } from "./composed-experiment.ts";
import { referenceModels } from "./reference-models.ts";

const help = `Usage: pnpm -s experiment <name> [options]

  reference-models   the models that @megapairs/scenes ships, from scratch, and how they score
  composed           a composed retriever on mined and annotated triplets, beside its untrained start

  --folder DIR   where everything is written and found again (default runs/experiments/NAME)
  --steps N      of training
  --pictures N   to train on
  --seed N       decides everything that is drawn (default 0)
  --threads N    of one operator (default: all cores)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: "string" },
    steps: { type: "string" },
    pictures: { type: "string" },
    seed: { type: "string", default: "0" },
    threads: { type: "string", default: String(availableParallelism()) },
    help: { type: "boolean", default: false },
  },
});
const [name = ""] = positionals;
const folder = resolve(values.folder ?? `runs/experiments/${name}`);
const common = { folder, seed: Number(values.seed), threads: Number(values.threads) };
const number = (text: string | undefined, otherwise: number): number => Number(text ?? otherwise);

if (name === "reference-models" && !values.help) {
  print(await referenceModels(common));
} else if (name === "composed" && !values.help) {
  const steps = number(values.steps, 120);
  const pictures = number(values.pictures, 800);
  print(await composedExperiment({ ...common, steps, pictures }));
} else {
  process.stdout.write(help);
  process.exitCode = values.help ? 0 : 2;
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}
