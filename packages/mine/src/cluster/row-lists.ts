/** Rows in lists of similar ones. A row's position is its place when lists are laid end to end. */
export interface RowLists {
  /** Where each list begins; one more entry than there are lists. */
  readonly starts: Int32Array;
  /** The row at each position; ascending within a list. */
  readonly rowAt: Int32Array;
  /** The list of each row. */
  readonly listOf: Int32Array;
  /** Unit vectors over shared memory, `[lists, dimensions]`; of pieces of one list, the same. */
  readonly centres: Float32Array;
}

/** A list that is being made. */
export interface RowList {
  /** Ascending. */
  readonly rows: Int32Array;
  readonly centre: Float32Array;
}

/** Lays lists end to end. */
export function joinLists(
  lists: readonly RowList[],
  rowCount: number,
  centres: Float32Array,
): RowLists {
  const starts = new Int32Array(lists.length + 1);
  const rowAt = new Int32Array(rowCount);
  const listOf = new Int32Array(rowCount);
  for (const [list, { rows, centre }] of lists.entries()) {
    rowAt.set(rows, starts[list]);
    for (const row of rows) listOf[row] = list;
    centres.set(centre, list * centre.length);
    starts[list + 1] = starts[list]! + rows.length;
  }
  return { starts, rowAt, listOf, centres };
}
