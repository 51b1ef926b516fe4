import { basename } from "node:path";
import { openNpy } from "@megapairs/dataset";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { checkRows } from "./check-rows.ts";

/** Rows read at once. */
const ROWS = 32_768;

/**
 * The vectors of an evaluation set, some rows at a time; an id says where a row is, for people: `row
 * 0000012 of eval.npy`. Rejects as `openNpy`, and with `invalid-argument` on a row that is not
 * finite, zero, or of another norm than 1 unless it is to be scaled.
 */
export async function* evaluationVectors(
  file: string,
  options: { readonly normalise: boolean },
): AsyncGenerator<EmbeddingMatrix> {
  const npy = await openNpy(file);
  try {
    const { rows, columns: dimensions } = npy;
    const name = basename(file);
    const width = String(rows).length;
    for (let start = 0; start < rows; start += ROWS) {
      const end = Math.min(start + ROWS, rows);
      const vectors = await npy.readFloat32(start, end);
      checkRows({ values: vectors, dimensions, firstRow: start, file, ...options });
      const ids = Array.from(
        { length: end - start },
        (_, place) => `row ${String(start + place).padStart(width, "0")} of ${name}`,
      );
      yield { ids, dimensions, vectors };
    }
  } finally {
    await npy.close();
  }
}
