import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { readRows } from "./read-rows.ts";

/** All vectors of a source in memory; a matrix is itself. */
export async function readMatrix(
  vectors: EmbeddingMatrix | VectorSource,
): Promise<EmbeddingMatrix> {
  if ("vectors" in vectors) return vectors;
  const { ids, dimensions } = vectors;
  return { ids, dimensions, vectors: await readRows(vectors, 0, ids.length) };
}
