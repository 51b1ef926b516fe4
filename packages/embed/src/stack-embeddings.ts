import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix, EmbeddingRecord } from "@megapairs/spec";

/**
 * Stacks embeddings into a matrix, rows by ascending image id (UTF-16 code units), copied. That is
 * what `@megapairs/mine` takes.
 *
 * Throws `invalid-argument` on an id that comes twice or a vector of another length.
 */
export function stackEmbeddings(
  records: Iterable<EmbeddingRecord>,
  dimensions: number,
): EmbeddingMatrix {
  const sorted = [...records].toSorted((first, second) =>
    first.imageId < second.imageId ? -1 : 1,
  );
  const ids = sorted.map(({ imageId }) => imageId);
  const vectors = new Float32Array(ids.length * dimensions);
  for (const [row, { imageId, vector }] of sorted.entries()) {
    if (vector.length !== dimensions) {
      throw invalid(
        `The vector of ${imageId} has ${vector.length} values; expected ${dimensions}.`,
      );
    }
    if (imageId === ids[row - 1])
      throw invalid(`Image ${imageId} comes twice; expected distinct ids.`);
    vectors.set(vector, row * dimensions);
  }
  return { ids, dimensions, vectors };
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
