import type { Benchmark, BenchmarkName } from "./benchmark.ts";
import { benchmarkRules } from "./benchmark-rules.ts";

/** What a reader knows beside the rule. */
export interface CreateBenchmarkOptions extends Pick<
  Benchmark,
  "queries" | "galleries" | "candidateOf"
> {
  readonly name: BenchmarkName;
  readonly split?: string | undefined;
  /** What of the protocol is not the default; part of the title, so that scores stay apart. */
  readonly variant?: string | undefined;
  /** What the readers' options decide, in words; follows the rule. */
  readonly protocol: string;
  /** That of the rule by default. */
  readonly removesReference?: boolean | undefined;
  /** None by default. */
  readonly shortfalls?: Benchmark["shortfalls"] | undefined;
}

/** A benchmark with the rule of its name. */
export function createBenchmark({
  name,
  split,
  variant,
  protocol,
  removesReference = benchmarkRules[name].removesReference,
  shortfalls = [],
  ...contents
}: CreateBenchmarkOptions): Benchmark {
  const { title, rule, headline, metrics, mean, hasOwnCandidates, imagesFrom } =
    benchmarkRules[name];
  return {
    name,
    title: [title, split, variant === undefined ? undefined : `(${variant})`]
      .filter((part) => part !== undefined)
      .join(" "),
    rule: `${rule}; ${protocol}`,
    removesReference,
    hasTargets: contents.queries.every(({ targets }) => targets.size > 0),
    metrics,
    headline,
    mean,
    hasOwnCandidates,
    imagesFrom,
    shortfalls,
    ...contents,
  };
}
