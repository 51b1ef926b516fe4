import { createHash } from "node:crypto";
import { embeddingTableName } from "@megapairs/dataset";
import type { RunDatabase } from "@megapairs/dataset";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { once } from "./once.ts";
import type { Relation } from "./relation.ts";

/** What tells a relation's vectors from all others. */
interface VectorsKey extends Pick<Relation, "name" | "input"> {
  readonly encoder: Pick<Relation["encoder"], "fingerprint">;
}

/** The vectors of the images that a run has now. */
export interface Vectors {
  /** Table of a relation's vectors. */
  tableOf(relation: VectorsKey): string;
  /** Ids of the images that have one, ascending. */
  ids(relation: VectorsKey): Promise<readonly string[]>;
  /** All of them, ids ascending. */
  read(relation: VectorsKey): Promise<EmbeddingMatrix>;
}

/**
 * Vectors outlive the stage that made them, so that nothing is embedded twice. A picture's vector is
 * good as long as its encoder, because an id is a hash of the picture; a caption's only as long as
 * `ingested`, the digest of the ingest stage, because captions change under an id. Vectors of images
 * that a later ingest no longer found are left out.
 */
export function createVectors(database: RunDatabase, ingested: string): Vectors {
  const present = once(async () => new Set(await database.imageIds()));

  const keyOf = ({ encoder, input }: VectorsKey): string =>
    input === "image"
      ? encoder.fingerprint
      : createHash("sha256").update(encoder.fingerprint).update(ingested).digest("hex");

  return {
    tableOf: (relation) => embeddingTableName(relation.name, keyOf(relation)),
    async ids(relation) {
      const kept = await present();
      const stored = await database.storedIds(relation.name, keyOf(relation));
      return stored.filter((id) => kept.has(id));
    },
    async read(relation) {
      const matrix = await database.readEmbeddings(relation.name, keyOf(relation));
      return keepRows(matrix, await present());
    },
  };
}

/** Moves the rows to keep together, in place: a matrix may be most of the memory there is. */
function keepRows(matrix: EmbeddingMatrix, kept: ReadonlySet<string>): EmbeddingMatrix {
  const { dimensions, vectors } = matrix;
  const ids: string[] = [];
  for (const [row, id] of matrix.ids.entries()) {
    if (!kept.has(id)) continue;
    const start = row * dimensions;
    vectors.copyWithin(ids.length * dimensions, start, start + dimensions);
    ids.push(id);
  }
  return { ids, dimensions, vectors: vectors.subarray(0, ids.length * dimensions) };
}
