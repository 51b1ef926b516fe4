/** How the cosines of a corpus are spread under one relation, and what was mined in its band. */
export interface RelationSimilarities {
  /** `D`, `I`, `T`, …. */
  readonly relation: string;
  /** What it compares, in a few words: `visual pattern`. */
  readonly what?: string | undefined;
  /** Encoder that made the vectors. */
  readonly encoder: string;
  readonly images: number;
  /** Queries compared with all other images. */
  readonly sampledQueries: number;
  /** Cosines, ascending; one more than `counts`. */
  readonly edges: readonly number[];
  /** Sampled pairs from each edge up to the next. */
  readonly counts: readonly number[];
  /** Cosines between which a pair is kept. */
  readonly band: { readonly lower: number; readonly upper: number };
  /** Cosines by the share of pairs below: `{ "0.99": 0.81 }`. */
  readonly quantiles: Readonly<Record<string, number>>;
  /** Neighbour lists' entries kept in the band; absent where none were mined. */
  readonly neighbours?: number | undefined;
  /** Pairs above the band that were kept apart. */
  readonly nearDuplicates?: number | undefined;
  /** Pairs that this relation found, alone or with others. */
  readonly pairs?: number | undefined;
}
