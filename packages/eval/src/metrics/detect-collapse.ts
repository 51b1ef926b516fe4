import { MegaPairsError } from "@megapairs/spec";

/** Vectors to look at. */
export interface DetectCollapseOptions {
  /** `[rows, dimensions]`, row after row, any norm but 0; at least two rows. */
  readonly vectors: Float32Array | Float64Array;
  readonly dimensions: number;
  /** Mean cosine of two rows from which they count as near-constant; 0.999 by default. */
  readonly nearConstant?: number | undefined;
}

/** How much the vectors of an encoder differ. */
export interface CollapseReport {
  readonly rows: number;
  /** Mean cosine of two different rows, over all pairs. */
  readonly meanCosine: number;
  /** `constant`: every row is the first one, value for value. */
  readonly verdict: "spread" | "near-constant" | "constant";
  /** One line for people, where the verdict is not `spread`. */
  readonly warning: string | undefined;
}

/**
 * Tells whether an encoder gives (almost) the same vector for everything. Such an encoder scores
 * 100 % under MMEB's official rule and at random under any other: look before you score. Linear in
 * the number of rows: the mean over all pairs comes from the norm of the sum of the unit vectors.
 *
 * @throws `invalid-argument` on fewer than two rows, a length that is no multiple of `dimensions`,
 * a row with NaN or of norm 0.
 */
export function detectCollapse({
  vectors,
  dimensions,
  nearConstant = 0.999,
}: DetectCollapseOptions): CollapseReport {
  const rows = vectors.length / dimensions;
  if (!Number.isSafeInteger(dimensions) || !Number.isSafeInteger(rows) || rows < 2) {
    throw new MegaPairsError(
      "invalid-argument",
      `${vectors.length} values are no two rows or more of ${dimensions}.`,
    );
  }
  const sum = new Float64Array(dimensions);
  const first = vectors.subarray(0, dimensions);
  let isConstant = true;
  for (let row = 0; row < rows; row += 1) {
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions); // [dimensions]
    let squares = 0;
    for (let column = 0; column < dimensions; column += 1) squares += vector[column]! ** 2;
    const norm = Math.sqrt(squares);
    if (!(norm > 0 && norm < Infinity)) {
      throw new MegaPairsError(
        "invalid-argument",
        `Row ${row} has norm ${norm}; expected finite values that are not all 0.`,
      );
    }
    for (let column = 0; column < dimensions; column += 1) {
      sum[column]! += vector[column]! / norm;
      isConstant &&= vector[column] === first[column];
    }
  }
  const squared = sum.reduce((total, value) => total + value * value, 0);
  const meanCosine = Math.min(1, Math.max(-1, (squared - rows) / (rows * (rows - 1))));
  const verdict = isConstant ? "constant" : meanCosine >= nearConstant ? "near-constant" : "spread";
  return { rows, meanCosine, verdict, warning: warn(verdict, rows, meanCosine) };
}

function warn(
  verdict: CollapseReport["verdict"],
  rows: number,
  cosine: number,
): string | undefined {
  if (verdict === "spread") return undefined;
  const found =
    verdict === "constant"
      ? `All ${rows} vectors are the same`
      : `Two of ${rows} vectors have a cosine of ${cosine.toFixed(5)} on average`;
  return `${found}: scores say nothing of such an encoder.`;
}
