import type { RunDatabase } from "@megapairs/dataset";
import { explainEmptyBand, similarityHistogram } from "@megapairs/mine";
import { MegaPairsError } from "@megapairs/spec";
import type { Relation } from "./relation.ts";
import type { Vectors } from "./vectors.ts";

/** What {@link assertBandsCaught} looks at. */
export interface BandCheck {
  readonly database: RunDatabase;
  readonly vectors: Vectors;
  readonly relations: readonly Relation[];
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
  const explanations: string[] = [];
  for (const relation of relations) {
    const { name, band } = relation;
    const matrix = await vectors.read(relation);
    if (matrix.ids.length < 2) {
      explanations.push(`${name} has ${matrix.ids.length} vectors, expected at least 2.`);
      continue;
    }
    const histogram = await similarityHistogram({ matrix, seed, signal });
    explanations.push(explainEmptyBand({ relation: name, band, histogram }));
  }
  throw new MegaPairsError(
    "invalid-argument",
    `No pairs. ${explanations.join(" ")} Change the band and run again with --redo mine.`,
  );
}
