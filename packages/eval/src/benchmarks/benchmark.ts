/** The benchmarks that this package reads and scores. */
export type BenchmarkName = "circo" | "cirr" | "fashioniq" | "genecis";

/** One query: a reference image, a text, and what is right. */
export interface BenchmarkQuery {
  /**
   * What predictions call it. CIRCO: `id`; CIRR: `pairid`; FashionIQ and GeneCIS, whose files have
   * no ids: category or task and position from 0, `dress/0`, `focus_object/12`.
   */
  readonly id: string;
  /** Id of the reference image, in the benchmark's own form. */
  readonly referenceId: string;
  /** The text of the query, exactly as models get it. */
  readonly text: string;
  /**
   * Candidate id to gain: 1 for what is right. CIRCO: the target image comes first, the other
   * ground truths follow. CIRR's soft targets have other gains too. Empty where withheld.
   */
  readonly targets: ReadonlyMap<string, number>;
  /** CIRR: the other five members of the set. Empty elsewhere. */
  readonly subsetIds: readonly string[];
  /** Key of {@link Benchmark.galleries}. */
  readonly gallery: string;
  /** FashionIQ: the category; GeneCIS: the task; CIRCO: semantic aspects, none or several. */
  readonly groups: readonly string[];
}

/** One number of a benchmark. */
export interface BenchmarkMetric {
  readonly name: string;
  readonly kind: "average-precision" | "recall" | "first-target-recall" | "subset-recall";
  readonly k: number;
}

/** A benchmark as its official files state it, with the rule that scores it. */
export interface Benchmark {
  readonly name: BenchmarkName;
  /** How reports name it: `CIRCO val`, `CIRR val (target_soft)`. */
  readonly title: string;
  /** The rule in words, with the options that were chosen. */
  readonly rule: string;
  /** Whether the reference image is taken out of a ranking before it is scored. */
  readonly removesReference: boolean;
  /** False for the test splits of CIRCO and CIRR: only their servers score them. */
  readonly hasTargets: boolean;
  readonly metrics: readonly BenchmarkMetric[];
  /** Name of the metric that papers compare. */
  readonly headline: string;
  /** Mean over all queries, or unweighted mean of the means of the groups. */
  readonly mean: "queries" | "groups";
  /** In the order of the file. */
  readonly queries: readonly BenchmarkQuery[];
  /** Ids of the candidates by gallery. No entry where the ids are not at hand (CIRCO without COCO). */
  readonly galleries: ReadonlyMap<string, readonly string[]>;
}
