import { z } from "zod";
import type { Benchmark, BenchmarkName } from "./benchmark.ts";
import rules from "./benchmark-rules.json" with { type: "json" };

/** What all parts of a benchmark share. */
export interface BenchmarkRule extends Pick<
  Benchmark,
  | "title"
  | "rule"
  | "removesReference"
  | "mean"
  | "headline"
  | "metrics"
  | "hasOwnCandidates"
  | "imagesFrom"
> {
  /** Where the official files are to be had. */
  readonly source: string;
}

const rule = z.object({
  title: z.string(),
  source: z.string(),
  imagesFrom: z.string(),
  rule: z.string(),
  removesReference: z.boolean(),
  hasOwnCandidates: z.boolean(),
  mean: z.enum(["queries", "groups"]),
  headline: z.string(),
  metrics: z.array(
    z.object({
      name: z.string(),
      kind: z.enum([
        "average-precision",
        "recall",
        "first-target-recall",
        "subset-recall",
        "reciprocal-rank",
        "ndcg",
        "precision-at-1",
        "tie-expected",
        "tie-pessimistic",
        "tie-optimistic",
      ]),
      k: z.number(),
    }),
  ),
});

/** The rules of the official scorers, as data. */
export const benchmarkRules: Readonly<Record<BenchmarkName, BenchmarkRule>> = z
  .object({
    circo: rule,
    cirr: rule,
    fashioniq: rule,
    genecis: rule,
    mmeb: rule,
    triplets: rule,
    folder: rule,
  })
  .parse(rules);
