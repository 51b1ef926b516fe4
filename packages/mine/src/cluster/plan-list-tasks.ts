import type { JoinTask } from "../join/join-lane.ts";
import type { ProbesOfList } from "./probe-lists.ts";
import type { RowLists } from "./row-lists.ts";

/** Left rows of a task over lists, unless those of one list are more. */
const MOST_LEFT = 2048;

/** Tasks over lists. */
export interface ListPlan {
  readonly tasks: readonly JoinTask[];
  /** Pairs of rows that are scored, those scored twice counted twice. */
  readonly scoredPairs: number;
  /** Most positions on either side of a task. */
  readonly mostLeft: number;
  readonly mostRight: number;
}

/**
 * Tasks that score each list against itself and each pair of a row and a list that it looks into, and
 * count each pair of rows once. Where most rows of two lists look into one another, the lists are
 * scored whole. Lists that follow one another are alike and claim the same others: tasks come in an
 * order that leaps.
 */
export function planListTasks(lists: RowLists, probes: readonly ProbesOfList[]): ListPlan {
  const segments = probes.map((): Segment[] => []);
  for (const [list, probed] of probes.entries()) {
    for (const [other, rows] of probed) {
      const back = probes[other]!.get(list);
      if (back !== undefined && other < list) continue;
      share(lists, segments, { list, rows }, { list: other, rows: back });
    }
  }
  const tasks: JoinTask[] = [];
  let scoredPairs = 0;
  let mostLeft = 0;
  let mostRight = 0;
  for (const list of leaping(probes.length)) {
    for (const task of tasksOf(lists, list, segments[list]!)) {
      const { left, right } = task;
      const height = left instanceof Int32Array ? left.length : left.end - left.start;
      const width = right.end - right.start;
      scoredPairs += (height * width) / (task.isTriangle ? 2 : 1);
      mostLeft = Math.max(mostLeft, height);
      mostRight = Math.max(mostRight, width);
      tasks.push(task);
    }
  }
  return { tasks, scoredPairs, mostLeft, mostRight };
}

/** Rows of one list that are scored against another. */
interface Segment {
  readonly list: number;
  readonly positions: Int32Array;
  /** Positions of the other list that these rows are scored against elsewhere. */
  readonly skipped?: Int32Array | undefined;
}

interface Probe {
  readonly list: number;
  readonly rows: Int32Array | undefined;
}

function share(lists: RowLists, segments: readonly Segment[][], one: Probe, other: Probe): void {
  const sizeOf = ({ list }: Probe): number => lists.starts[list + 1]! - lists.starts[list]!;
  const shareOf = (probe: Probe): number => (probe.rows?.length ?? 0) / sizeOf(probe);
  if (shareOf(one) + shareOf(other) >= 1) {
    const positions = Int32Array.from(
      { length: sizeOf(one) },
      (_, offset) => lists.starts[one.list]! + offset,
    );
    segments[other.list]!.push({ list: one.list, positions });
    return;
  }
  if (one.rows !== undefined) {
    segments[other.list]!.push({ list: one.list, positions: one.rows });
  }
  if (other.rows !== undefined) {
    segments[one.list]!.push({ list: other.list, positions: other.rows, skipped: one.rows });
  }
}

function* tasksOf(
  lists: RowLists,
  list: number,
  segments: readonly Segment[],
): Generator<JoinTask> {
  const right = { start: lists.starts[list]!, end: lists.starts[list + 1]! };
  const both = { right, offersLeft: true, offersRight: true };
  yield { ...both, left: right, isTriangle: true, claims: [list] };
  let taken: Segment[] = [];
  let count = 0;
  for (const segment of segments) {
    if (count > 0 && count + segment.positions.length > MOST_LEFT) {
      yield {
        ...both,
        ...laidTogether(taken, count),
        isTriangle: false,
        claims: claimsOf(list, taken),
      };
      taken = [];
      count = 0;
    }
    taken.push(segment);
    count += segment.positions.length;
  }
  if (count === 0) return;
  yield {
    ...both,
    ...laidTogether(taken, count),
    isTriangle: false,
    claims: claimsOf(list, taken),
  };
}

function claimsOf(list: number, segments: readonly Segment[]): number[] {
  return [...new Set([list, ...segments.map((segment) => segment.list)])];
}

function laidTogether(
  segments: readonly Segment[],
  count: number,
): Pick<JoinTask, "left" | "skips"> {
  const left = new Int32Array(count);
  const skips = [];
  let end = 0;
  for (const { positions, skipped } of segments) {
    left.set(positions, end);
    end += positions.length;
    skips.push({ end, positions: skipped });
  }
  return { left, skips };
}

/** All numbers below `count`, each once, neighbours far from one another. */
function* leaping(count: number): Generator<number> {
  let step = Math.max(1, Math.round(count * 0.618));
  while (greatestCommonDivisor(step, count) !== 1) step += 1;
  for (let place = 0; place < count; place += 1) yield (place * step) % count;
}

function greatestCommonDivisor(first: number, second: number): number {
  return second === 0 ? first : greatestCommonDivisor(second, first % second);
}
