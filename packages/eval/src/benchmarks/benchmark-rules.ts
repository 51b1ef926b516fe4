import { z } from "zod";
import type { Benchmark, BenchmarkName } from "./benchmark.ts";
import rules from "./benchmark-rules.json" with { type: "json" };

/** What all parts of a benchmark share. */
export interface BenchmarkRule extends Pick<
  Benchmark,
  "title" | "rule" | "removesReference" | "mean" | "headline" | "metrics"
> {
  /** Where the official files are to be had. */
  readonly source: string;
}

const rule = z.object({
  title: z.string(),
  source: z.string(),
  rule: z.string(),
  removesReference: z.boolean(),
  mean: z.enum(["queries", "groups"]),
  headline: z.string(),
  metrics: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(["average-precision", "recall", "first-target-recall", "subset-recall"]),
      k: z.number(),
    }),
  ),
});

/** The rules of the official scorers, as data. */
export const benchmarkRules: Readonly<Record<BenchmarkName, BenchmarkRule>> = z
  .object({ circo: rule, cirr: rule, fashioniq: rule, genecis: rule })
  .parse(rules);
