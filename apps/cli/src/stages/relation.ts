import type { SimilarityBand } from "@megapairs/mine";
import type { EncoderV1 } from "@megapairs/spec";

/** A similarity model of a run: an encoder, what it looks at, and what counts as a neighbour. */
export interface Relation {
  /** `I`, `D`, `T` in the paper. */
  readonly name: string;
  readonly encoder: EncoderV1;
  readonly input: "image" | "caption";
  readonly band: SimilarityBand;
  /** Most neighbours kept for a query image. */
  readonly neighbours: number;
}

/** The fingerprints of the relations' encoders, by relation. */
export function fingerprintsOf(relations: readonly Relation[]): Record<string, string> {
  return Object.fromEntries(relations.map(({ name, encoder }) => [name, encoder.fingerprint]));
}
