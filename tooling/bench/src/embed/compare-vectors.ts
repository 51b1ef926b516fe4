/** How close two sets of vectors are, row by row, by cosine. */
export interface VectorAgreement {
  readonly least: number;
  readonly mean: number;
}

/** Compares row i with row i. Rows need no norm. */
export function compareVectors(
  first: Float32Array,
  second: Float32Array,
  rows: number,
): VectorAgreement {
  const cosines = Array.from({ length: rows }, (_, row) => cosine(first, row, second, row, rows));
  return summarise(cosines);
}

/** Compares each row with the next one: how alike vectors of different images are. */
export function compareNeighbours(vectors: Float32Array, rows: number): VectorAgreement {
  const count = Math.max(1, rows - 1);
  return summarise(
    Array.from({ length: count }, (_, row) =>
      cosine(vectors, row, vectors, Math.min(row + 1, rows - 1), rows),
    ),
  );
}

function summarise(cosines: readonly number[]): VectorAgreement {
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  return { least: Math.min(...cosines), mean };
}

function cosine(
  first: Float32Array,
  firstRow: number,
  second: Float32Array,
  secondRow: number,
  rows: number,
): number {
  if (first.length !== second.length) {
    throw new Error(`found ${first.length} and ${second.length} values, expected as many`);
  }
  const dimensions = first.length / rows;
  let product = 0;
  let firstSquares = 0;
  let secondSquares = 0;
  for (let axis = 0; axis < dimensions; axis += 1) {
    const a = first[firstRow * dimensions + axis] ?? 0;
    const b = second[secondRow * dimensions + axis] ?? 0;
    product += a * b;
    firstSquares += a * a;
    secondSquares += b * b;
  }
  return product / Math.sqrt(firstSquares * secondSquares);
}
