import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { widenHalves } from "./widen-halves.ts";

/** Rows `start` to `end`, the latter not included, as float32; a view of a matrix, read of a source. */
export async function readRows(
  vectors: EmbeddingMatrix | VectorSource,
  start: number,
  end: number,
): Promise<Float32Array> {
  const { dimensions } = vectors;
  if ("vectors" in vectors) return vectors.vectors.subarray(start * dimensions, end * dimensions);
  const read = await vectors.read(start, end);
  if (read instanceof Float32Array) return read;
  const floats = new Float32Array(read.length);
  widenHalves(read, floats);
  return floats;
}
