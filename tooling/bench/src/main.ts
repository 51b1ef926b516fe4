import { MegaPairsError } from "@megapairs/spec";
import type { Bench } from "./frame/bench.ts";
import { describeMachine } from "./frame/describe-machine.ts";

/** Every bench has a fixed name; those without an entry are not written yet. */
const benches: Readonly<Record<string, (() => Promise<Bench>) | undefined>> = {
  embed: async () => (await import("./embed/embed-bench.ts")).embedBench,
  train: async () => (await import("./train/train-bench.ts")).trainBench,
  mine: async () => (await import("./mine/mine-bench.ts")).mineBench,
  annotate: undefined,
  dataset: undefined,
  eval: async () => (await import("./eval/eval-bench.ts")).evalBench,
};

const written = Object.keys(benches).filter((name) => benches[name] !== undefined);

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === "--help" || name === "-h") return void process.stdout.write(help());
  if (name === undefined)
    throw new MegaPairsError("invalid-argument", `no bench was named\n\n${help()}`);
  const open = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (open === undefined) {
    const problem = Object.hasOwn(benches, name) ? "is not written yet" : "is no bench";
    throw new MegaPairsError(
      "invalid-argument",
      `"${name}" ${problem}; there is ${written.join(", ")}`,
    );
  }
  const bench = await open();
  if (args.includes("--help")) return void process.stdout.write(`${bench.help}\n`);

  const isJson = args.includes("--json");
  const machine = describeMachine();
  const report = await bench.run(
    args.filter((arg) => arg !== "--json"),
    (line) => process.stderr.write(`${line}\n`),
  );
  const { table, ...numbers } = report;
  process.stdout.write(`${table}\n`);
  if (machine.loadBefore > machine.cores / 4) {
    const load = machine.loadBefore.toFixed(1);
    process.stderr.write(
      `other work kept this machine busy (load ${load}): expect noise in these numbers\n`,
    );
  }
  if (isJson) process.stdout.write(`${JSON.stringify({ bench: name, ...numbers, machine })}\n`);
}

function help(): string {
  return `Usage: pnpm -s bench <name> [--json] [options]\n\nBenches: ${written.join(", ")}\n`;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isUsage = MegaPairsError.isInstance(error) && error.code === "invalid-argument";
  process.stderr.write(`bench: ${isUsage ? error.message : describe(error)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
