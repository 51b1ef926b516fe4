import { MegaPairsError } from "@megapairs/spec";

/** Consecutive rows of a matrix: `start` inclusive, `end` exclusive. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** One block of the score matrix. */
export interface Tile {
  readonly left: RowRange;
  readonly right: RowRange;
}

/** What {@link planTiles} cuts up. */
export interface TilePlan {
  readonly rowCount: number;
  readonly queries: RowRange;
  readonly tileRows: number;
  readonly tileColumns: number;
}

/**
 * Tiles that together hold every pair (query row, any row) at least once. A pair of two query rows
 * from different left tiles occurs once, with its earlier row on the left: symmetry gives the rest.
 */
export function* planTiles({
  rowCount,
  queries,
  tileRows,
  tileColumns,
}: TilePlan): Generator<Tile> {
  for (const left of cut(queries, tileRows)) {
    for (const right of cut({ start: 0, end: queries.start }, tileColumns)) yield { left, right };
    for (const right of cut({ start: left.start, end: rowCount }, tileColumns)) {
      yield { left, right };
    }
  }
}

/** How many tiles {@link planTiles} yields. */
export function countTiles({ rowCount, queries, tileRows, tileColumns }: TilePlan): number {
  let tiles = 0;
  for (const left of cut(queries, tileRows)) {
    tiles += Math.ceil(queries.start / tileColumns);
    tiles += Math.ceil((rowCount - left.start) / tileColumns);
  }
  return tiles;
}

function* cut({ start, end }: RowRange, size: number): Generator<RowRange> {
  for (let row = start; row < end; row += size) {
    yield { start: row, end: Math.min(row + size, end) };
  }
}

/** Throws `invalid-argument` unless the range lies within so many rows. */
export function checkRange({ start, end }: RowRange, rowCount: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (whole && start >= 0 && start <= end && end <= rowCount) return;
  throw new MegaPairsError(
    "invalid-argument",
    `Query rows ${start}..${end} are not a range within 0..${rowCount}.`,
  );
}
