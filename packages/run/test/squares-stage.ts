import type { ShardExecution, ShardResult, Stage } from "@megapairs/run";

export type Range = { readonly from: number; readonly to: number };

/** Squares of 0..count-1, `perShard` a shard; multiples of seven are rejected. */
export function createSquaresStage(
  change: Partial<Stage<Range>> & { readonly count?: number; readonly perShard?: number } = {},
): Stage<Range> {
  const { count = 20, perShard = 4, ...fields } = change;
  return {
    name: "squares",
    version: 1,
    resource: "cpu",
    settings: { band: { lower: 0.8, upper: 0.96 }, modulus: 7 },
    inputs: [],
    tables: ["squares"],
    *plan() {
      for (let from = 0, shard = 0; from < count; from += perShard, shard += 1) {
        const to = Math.min(from + perShard, count);
        yield { shard: String(shard).padStart(6, "0"), items: to - from, input: { from, to } };
      }
    },
    execute: async (execution) => squareShard(execution),
    ...fields,
  };
}

export function squareShard({ input, report }: ShardExecution<Range>): ShardResult {
  const rows = [];
  const rejects = [];
  for (let value = input.from; value < input.to; value += 1) {
    if (value % 7 === 0) {
      rejects.push({ item: String(value), code: "excluded" as const, reason: "multiple of 7" });
    } else {
      rows.push({ value, square: value * value });
    }
    report(value - input.from + 1);
  }
  return { tables: { squares: rows }, rejects };
}
