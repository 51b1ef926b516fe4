import type { SimilarityBand } from "@megapairs/mine";
import type { EncoderV1 } from "@megapairs/spec";

/** A similarity model of a run: an encoder, what it looks at, and what counts as a neighbour. */
export interface Relation {
  /** `I`, `D`, `T` in the paper. */
  readonly name: string;
  readonly encoder: EncoderV1;
  readonly input: "image" | "caption";
  /** Cosines, or shares of all pairs that {@link BandedRelation} turns into cosines. */
  readonly band: SimilarityBand | QuantileBand;
  /** Most neighbours kept for a query image. */
  readonly neighbours: number;
  /** What a cosine over the band says: copies, or nothing. See {@link seesCopies}. */
  readonly nearDuplicates?: "exclude" | "ignore" | undefined;
}

/**
 * Whether images over a relation's band are copies of one another for all relations: those of image
 * relations are, unless it is said otherwise. Equal captions make none.
 */
export function seesCopies({
  input,
  nearDuplicates = input === "caption" ? "ignore" : "exclude",
}: Pick<Relation, "input" | "nearDuplicates">): boolean {
  return nearDuplicates === "exclude";
}

/** A band by shares of all pairs: above `lower` of them and below the rest over `upper`. */
export interface QuantileBand {
  readonly quantiles: readonly [lower: number, upper: number];
}

/** A relation whose band is cosines. */
export interface BandedRelation extends Relation {
  readonly band: SimilarityBand;
  /** What the band was made of; undefined where it was given. */
  readonly quantiles: QuantileBand["quantiles"] | undefined;
}

/** The fingerprints of the relations' encoders, by relation. */
export function fingerprintsOf(relations: readonly Relation[]): Record<string, string> {
  return Object.fromEntries(relations.map(({ name, encoder }) => [name, encoder.fingerprint]));
}
