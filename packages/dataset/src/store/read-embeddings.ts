import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix, EmbeddingRecord } from "@megapairs/spec";

import type { LanceStore } from "./lance-store.ts";
import { takeSnapshot } from "./snapshot.ts";
import { embeddingTableName } from "./table-schema.ts";

/**
 * Reads all embeddings of an encoder, ids ascending; of an id stored twice, one. Vectors lie over a
 * SharedArrayBuffer, so that threads of a join need no copy.
 */
export async function readEmbeddings(
  store: LanceStore,
  relation: string,
  fingerprint: string,
): Promise<EmbeddingMatrix> {
  const name = embeddingTableName(relation, fingerprint);
  const snapshot = await takeSnapshot(store);
  const ids = new Set<string>();
  for await (const rows of snapshot.scan<Omit<EmbeddingRecord, "vector">>(name, ["imageId"])) {
    for (const row of rows) ids.add(row.imageId);
  }
  const ascending = [...ids].toSorted();
  const positions = new Map(ascending.map((id, position) => [id, position]));
  let dimensions = 0;
  let vectors: Float32Array = new Float32Array(0);
  for await (const rows of snapshot.scan<EmbeddingRecord>(name, ["imageId", "vector"])) {
    for (const { imageId, vector } of rows) {
      if (dimensions === 0) {
        dimensions = vector.length;
        vectors = allocate(ascending.length, dimensions);
      }
      vectors.set(vector, (positions.get(imageId) ?? 0) * dimensions);
    }
  }
  return { ids: ascending, dimensions, vectors };
}

function allocate(rows: number, dimensions: number): Float32Array {
  try {
    return new Float32Array(new SharedArrayBuffer(4 * rows * dimensions));
  } catch (error) {
    throw new MegaPairsError(
      "unavailable",
      `cannot hold ${rows} embeddings of ${dimensions} dimensions in memory: ${rows * dimensions * 4} bytes`,
      { cause: error },
    );
  }
}
