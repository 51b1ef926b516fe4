import { MegaPairsError } from "@megapairs/spec";

/** Throws `invalid-argument` unless every row is of L2 norm 1, within 1e-3; NaN is not. */
export function checkUnitRows(
  what: string,
  vectors: Float32Array,
  dimensions: number,
  absentRows?: ReadonlySet<number>,
): void {
  const rows = vectors.length / dimensions;
  if (!Number.isSafeInteger(dimensions) || dimensions < 1 || !Number.isSafeInteger(rows)) {
    throw new MegaPairsError(
      "invalid-argument",
      `${what} hold ${vectors.length} values; expected rows of ${dimensions}.`,
    );
  }
  for (let row = 0; row < rows; row += 1) {
    if (absentRows?.has(row) === true) continue;
    let squared = 0;
    for (let place = row * dimensions; place < (row + 1) * dimensions; place += 1) {
      squared += vectors[place]! * vectors[place]!;
    }
    const norm = Math.sqrt(squared);
    if (Math.abs(norm - 1) <= 1e-3) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `Row ${row} of the ${what} has norm ${norm}; expected 1.`,
    );
  }
}
