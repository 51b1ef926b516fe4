import { MegaPairsError } from "@megapairs/spec";
import type { EncoderV1 } from "@megapairs/spec";

/** One table of embeddings to fill: an encoder and what it looks at. */
export interface EmbedRelation {
  /** `I`, `D`, `T` in the paper. */
  readonly name: string;
  readonly encoder: EncoderV1;
  readonly input: "image" | "caption";
}

/** Answers whether an image is stored: a `Set` of ids does. */
export type StoredIds = Pick<ReadonlySet<string>, "has">;

/** A relation and what of it is there already. */
export interface EmbedTask extends EmbedRelation {
  readonly stored: StoredIds;
}

/**
 * Throws `invalid-argument` on no relation or two of one name, `unsupported` when an encoder does
 * not take what its relation looks at.
 */
export function checkRelations(relations: readonly EmbedRelation[]): void {
  const names = relations.map(({ name }) => name);
  if (names.length === 0 || new Set(names).size < names.length) {
    throw new MegaPairsError(
      "invalid-argument",
      `The relations are [${names.join(", ")}]; expected at least one, each name once.`,
    );
  }
  for (const { name, input, encoder } of relations) {
    const kind = input === "image" ? "image" : "text";
    if (encoder.supports.inputs.includes(kind)) continue;
    throw new MegaPairsError(
      "unsupported",
      `Relation ${name} needs ${kind} inputs; ${encoder.modelId} encodes ${encoder.supports.inputs.join(", ")}.`,
    );
  }
}
