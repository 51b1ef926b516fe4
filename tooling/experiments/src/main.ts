import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { captionsExperiment } from "./captions-experiment.ts";
import { composedExperiment } from "./composed-experiment.ts";

const help = `Usage: pnpm -s experiment <name> [options]

  captions   a small CLIP from scratch: captions of pairs of colour and shape never seen together
  composed   a composed retriever on mined and annotated triplets, beside its untrained start

  --folder DIR   where everything is written and found again (default runs/experiments/NAME)
  --captions DIR the folder of the captions experiment, where composed begins
  --steps N      of training
  --pictures N   to train on
  --seed N       decides everything that is drawn (default 0)
  --threads N    of one operator (default: all cores)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: "string" },
    captions: { type: "string" },
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

if (name === "captions" && !values.help) {
  const steps = number(values.steps, 900);
  const pictures = number(values.pictures, 8000);
  print(await captionsExperiment({ ...common, steps, pictures }));
} else if (name === "composed" && !values.help) {
  const steps = number(values.steps, 120);
  const pictures = number(values.pictures, 800);
  const captions = resolve(values.captions ?? "runs/experiments/captions");
  print(await composedExperiment({ ...common, captions, steps, pictures }));
} else {
  process.stdout.write(help);
  process.exitCode = values.help ? 0 : 2;
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}
