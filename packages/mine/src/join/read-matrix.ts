import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { widenHalves } from "./widen-halves.ts";

/** All vectors of a source in memory; a matrix is itself. */
export async function readMatrix(
  vectors: EmbeddingMatrix | VectorSource,
): Promise<EmbeddingMatrix> {
  if ("vectors" in vectors) return vectors;
  const { ids, dimensions } = vectors;
  const read = await vectors.read(0, ids.length);
  if (read instanceof Float32Array) return { ids, dimensions, vectors: read };
  const floats = new Float32Array(read.length);
  widenHalves(read, floats);
  return { ids, dimensions, vectors: floats };
}
