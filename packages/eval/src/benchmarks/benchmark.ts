/** The benchmarks that this package reads and scores; the last two are of one's own pictures. */
export type BenchmarkName =
  | "circo"
  | "cirr"
  | "fashioniq"
  | "genecis"
  | "mmeb"
  | "triplets"
  | "folder";

/** A picture of a benchmark, by where it lies. */
export interface BenchmarkPicture {
  /** Relative to the folder of images, the official place first; the first that is there is meant. */
  readonly paths: readonly string[];
  /**
   * GeneCIS's attribute tasks: left, top, width and height of the object in pixels, to be cut out as
   * `genecisCrop` says.
   */
  readonly box?: readonly [number, number, number, number] | undefined;
}

/** What an encoder sees of a query or a candidate: a picture, a text, or both. */
export interface BenchmarkItem {
  readonly picture?: BenchmarkPicture | undefined;
  /** Never empty. */
  readonly text?: string | undefined;
}

/** One query: a reference image, a text, and what is right. */
export interface BenchmarkQuery extends BenchmarkItem {
  /**
   * What predictions call it. CIRCO: `id`; CIRR: `pairid`; FashionIQ, GeneCIS and MMEB, whose files
   * have no ids: category, task or data set and position from 0, `dress/0`, `focus_object/12`.
   */
  readonly id: string;
  /** Id of the reference image, in the benchmark's own form; empty where there is none. */
  readonly referenceId: string;
  /**
   * Candidate id to gain: 1 for what is right. CIRCO: the target image comes first, the other
   * ground truths follow. CIRR's soft targets have other gains too. Empty where withheld.
   */
  readonly targets: ReadonlyMap<string, number>;
  /** CIRR: the other five members of the set. Empty elsewhere. */
  readonly subsetIds: readonly string[];
  /** Key of {@link Benchmark.galleries}. */
  readonly gallery: string;
  /**
   * FashionIQ: the category; GeneCIS: the task; CIRCO: semantic aspects, none or several; MMEB: data
   * set, meta-task, `IND` or `OOD`. The first is the one that a mean over groups goes over.
   */
  readonly groups: readonly string[];
}

/** A part of a benchmark that is not all there: 2 of 36 data sets. */
export interface Shortfall {
  /** In the plural: `data sets`, `candidates`. */
  readonly what: string;
  readonly found: number;
  readonly expected: number;
}

/** One number of a benchmark. */
export interface BenchmarkMetric {
  readonly name: string;
  readonly kind:
    | "average-precision"
    | "recall"
    | "first-target-recall"
    | "subset-recall"
    | "reciprocal-rank"
    | "ndcg"
    | "precision-at-1"
    | "tie-expected"
    | "tie-pessimistic"
    | "tie-optimistic";
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
  /** Whether a query ranks candidates of its own (GeneCIS, MMEB): an id is then a position. */
  readonly hasOwnCandidates: boolean;
  /**
   * What a candidate id stands for. Where candidates are a query's own, equal ones are one object;
   * elsewhere any query of the gallery does.
   */
  readonly candidateOf: (query: BenchmarkQuery, candidateId: string) => BenchmarkItem;
  /** What is not all there, such as data sets of MMEB: scores are then partial. Usually empty. */
  readonly shortfalls: readonly Shortfall[];
  /** How to get the pictures, for people who lack some. */
  readonly imagesFrom: string;
}
