import type { RunDatabase } from "@megapairs/dataset";
import { explainEmptyBand, similarityHistogram } from "@megapairs/mine";
import { MegaPairsError } from "@megapairs/spec";
import type { BandedRelation } from "./relation.ts";
import type { Vectors } from "./vectors.ts";

/** What {@link assertBandsCaught} looks at. */
export interface BandCheck {
  readonly database: RunDatabase;
  readonly vectors: Vectors;
  readonly relations: readonly BandedRelation[];
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Throws `invalid-argument` when no relation's band caught anything, with what each relation's
 * cosines look like and a band that would have caught something.
 */
export async function assertBandsCaught({
  database,
  vectors,
  relations,
  seed,
  signal,
}: BandCheck): Promise<void> {
  for (const { name } of relations) {
    for await (const { neighbours } of database.readNeighbours(name)) {
      if (neighbours.length > 0) return;
    }
  }
  let bands = 0;
  const explanations: string[] = [];
  for (const relation of relations) {
    const { name, band } = relation;
    const matrix = await vectors.read(relation);
    if (matrix.ids.length < 2) {
      explanations.push(`${name} has vectors of ${matrix.ids.length} images, expected 2 or more.`);
      continue;
    }
    bands += 1;
    const histogram = await similarityHistogram({ matrix, seed, signal });
    explanations.push(explainEmptyBand({ relation: name, band, histogram }));
  }
  const remedy =
    bands > 0 ? "Change the band and run again with --redo mine." : "Give more images.";
  throw new MegaPairsError("invalid-argument", `No pairs. ${explanations.join(" ")} ${remedy}`);
}
