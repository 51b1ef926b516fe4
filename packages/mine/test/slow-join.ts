import type { EmbeddingMatrix, NearDuplicateRecord, NeighbourRecord } from "@megapairs/spec";
import type { SelfJoinOptions } from "@megapairs/mine";

function cosine({ dimensions, vectors }: EmbeddingMatrix, first: number, second: number): number {
  let sum = 0;
  for (let column = 0; column < dimensions; column += 1) {
    sum += vectors[first * dimensions + column]! * vectors[second * dimensions + column]!;
  }
  return Math.min(1, Math.max(-1, Math.fround(sum)));
}

/** The self-join as one would explain it: score everything, sort, cut. */
export function slowJoin({
  matrix,
  relation,
  band,
  k,
}: SelfJoinOptions & { readonly matrix: EmbeddingMatrix }): {
  neighbours: NeighbourRecord[];
  nearDuplicates: NearDuplicateRecord[];
} {
  const neighbours: NeighbourRecord[] = [];
  const nearDuplicates: NearDuplicateRecord[] = [];
  for (const [query, queryId] of matrix.ids.entries()) {
    const ranked = matrix.ids
      .map((id, row) => ({ id, score: cosine(matrix, query, row) }))
      .filter(({ id }) => id !== queryId)
      .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    const inside = ranked.filter(({ score }) => score > band.lower && score < band.upper);
    const copies = ranked.filter(({ score }) => score >= band.upper);
    neighbours.push({
      queryId,
      relation,
      neighbours: inside.slice(0, k).map((found, place) => ({ ...found, rank: place + 1 })),
    });
    if (copies.length > 0) {
      const nearDuplicateIds = copies.map(({ id }) => id);
      nearDuplicates.push({ imageId: queryId, relation, nearDuplicateIds, total: copies.length });
    }
  }
  return { neighbours, nearDuplicates };
}
