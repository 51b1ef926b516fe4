import type { RowRange } from "../plan-tiles.ts";
import type { JoinTask } from "./join-lane.ts";

/** What {@link planExactTasks} cuts up. */
export interface ExactPlan {
  readonly rowCount: number;
  /** Rows that are offered others. */
  readonly queries: RowRange;
  /** Rows of a task's sides, at most. */
  readonly blockRows: number;
}

/**
 * Tasks that score every pair of a query row and another row once. Pairs of two query rows come in
 * diagonals, so that tasks next to each other seldom claim the same block.
 */
export function* planExactTasks({ rowCount, queries, blockRows }: ExactPlan): Generator<JoinTask> {
  const blocks = cut(queries, blockRows);
  for (let distance = 0; distance < blocks.length; distance += 1) {
    for (let first = 0; first + distance < blocks.length; first += 1) {
      const second = first + distance;
      yield {
        left: blocks[first]!,
        right: blocks[second]!,
        isTriangle: distance === 0,
        offersLeft: true,
        offersRight: true,
        claims: distance === 0 ? [first] : [first, second],
      };
    }
  }
  const others = [
    ...cut({ start: 0, end: queries.start }, blockRows),
    ...cut({ start: queries.end, end: rowCount }, blockRows),
  ];
  for (const right of others) {
    for (const [first, left] of blocks.entries()) {
      yield {
        left,
        right,
        isTriangle: false,
        offersLeft: true,
        offersRight: false,
        claims: [first],
      };
    }
  }
}

/** How many tasks {@link planExactTasks} yields. */
export function countExactTasks({ rowCount, queries, blockRows }: ExactPlan): number {
  const blocks = Math.ceil((queries.end - queries.start) / blockRows);
  const before = Math.ceil(queries.start / blockRows);
  const after = Math.ceil((rowCount - queries.end) / blockRows);
  return (blocks * (blocks + 1)) / 2 + blocks * (before + after);
}

function cut({ start, end }: RowRange, size: number): RowRange[] {
  const blocks: RowRange[] = [];
  for (let row = start; row < end; row += size) {
    blocks.push({ start: row, end: Math.min(row + size, end) });
  }
  return blocks;
}
