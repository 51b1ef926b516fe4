import { MegaPairsError } from "@megapairs/spec";
import { readIds } from "./read-ids.ts";
import type { VectorsFile } from "./open-vectors.ts";

/** Which row of the files is which image. */
export interface ImageRows {
  /** Ascending, as miners want them. */
  readonly ids: readonly string[];
  /** The row of each of these ids. */
  readonly order: Uint32Array;
  /** What an id is called in the output. */
  readonly nameOf: (id: string) => string;
  readonly rowOf: (id: string) => number;
}

/**
 * Names the rows: line `i` of a file of ids, or their numbers. Numbers are padded within, so that
 * they ascend with the rows. `invalid-argument` where ids and rows are not as many.
 */
export async function nameRows(
  idsFile: string | undefined,
  { file, rows }: Pick<VectorsFile, "file" | "rows">,
): Promise<ImageRows> {
  if (idsFile === undefined) {
    const ids = Array.from({ length: rows }, (_, row) => String(row).padStart(DIGITS, "0"));
    const order = Uint32Array.from({ length: rows }, (_, row) => row);
    return { ids, order, nameOf: (id) => String(Number(id)), rowOf: Number };
  }
  const names = await readIds(idsFile);
  if (names.length !== rows) {
    throw new MegaPairsError(
      "invalid-argument",
      `${idsFile} has ${names.length} ids, expected ${rows}: one for each row of ${file}.`,
    );
  }
  const order = Uint32Array.from(names.keys()).toSorted((first, second) =>
    names[first]! < names[second]! ? -1 : 1,
  );
  const rowOf = new Map(names.map((id, row) => [id, row]));
  return {
    ids: Array.from(order, (row) => names[row]!),
    order,
    nameOf: (id) => id,
    rowOf: (id) => rowOf.get(id) ?? -1,
  };
}

/** Of any row number: a corpus that grows keeps its ids. */
const DIGITS = 10;
