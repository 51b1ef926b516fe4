import type { JoinTask } from "../join/join-lane.ts";
import type { RowRange } from "../plan-tiles.ts";
import type { ProbesOfList } from "./probe-lists.ts";
import type { RowLists } from "./row-lists.ts";

/** Left rows of a task over lists, unless those of one list are more. */
const MOST_LEFT = 2048;

/** Tasks over lists. */
export interface ListPlan {
  /** Made when they are asked for. */
  readonly tasks: Iterable<JoinTask>;
  readonly totalTasks: number;
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
  const groups = segments.map(cutIntoTasks);
  let totalTasks = 0;
  let scoredPairs = 0;
  let mostLeft = 0;
  let mostRight = 0;
  for (const [list, tasks] of groups.entries()) {
    const width = sizeOf(lists, list);
    const heights = tasks.map((taken) => countOf(taken));
    totalTasks += 1 + tasks.length;
    scoredPairs += (width * (width - 1)) / 2;
    for (const height of heights) scoredPairs += height * width;
    mostLeft = Math.max(mostLeft, width, ...heights);
    mostRight = Math.max(mostRight, width);
  }
  const tasks = { [Symbol.iterator]: () => tasksOf(lists, groups) };
  return { tasks, totalTasks, scoredPairs, mostLeft, mostRight };
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
  const shareOf = ({ list, rows }: Probe): number => (rows?.length ?? 0) / sizeOf(lists, list);
  if (shareOf(one) + shareOf(other) >= 1) {
    const positions = Int32Array.from(
      { length: sizeOf(lists, one.list) },
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

function sizeOf(lists: RowLists, list: number): number {
  return lists.starts[list + 1]! - lists.starts[list]!;
}

function countOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { positions }) => sum + positions.length, 0);
}

/** Segments of one right list by task. */
function cutIntoTasks(segments: readonly Segment[]): readonly (readonly Segment[])[] {
  const tasks: Segment[][] = [];
  let count = Infinity;
  for (const segment of segments) {
    if (count + segment.positions.length > MOST_LEFT) {
      tasks.push([]);
      count = 0;
    }
    tasks.at(-1)!.push(segment);
    count += segment.positions.length;
  }
  return tasks;
}

/** Lists against themselves come first: they raise the bars for what follows. */
function* tasksOf(
  lists: RowLists,
  groups: readonly (readonly (readonly Segment[])[])[],
): Generator<JoinTask> {
  const rangeOf = (list: number): RowRange => ({
    start: lists.starts[list]!,
    end: lists.starts[list + 1]!,
  });
  const both = { offersLeft: true, offersRight: true };
  for (const list of groups.keys()) {
    const range = rangeOf(list);
    yield { ...both, left: range, right: range, isTriangle: true, claims: [list] };
  }
  for (const list of leaping(groups.length)) {
    for (const segments of groups[list]!) {
      const claims = [...new Set([list, ...segments.map((segment) => segment.list)])];
      const right = rangeOf(list);
      yield { ...both, ...layTogether(segments), right, isTriangle: false, claims };
    }
  }
}

function layTogether(segments: readonly Segment[]): Pick<JoinTask, "left" | "skips"> {
  const count = countOf(segments);
  const skipCount = segments.reduce((sum, { skipped }) => sum + (skipped?.length ?? 0), 0);
  const values = count + 2 * segments.length + 1 + skipCount;
  const memory = new Int32Array(new SharedArrayBuffer(4 * values));
  const left = memory.subarray(0, count);
  const ends = memory.subarray(count, count + segments.length);
  const starts = memory.subarray(count + segments.length, count + 2 * segments.length + 1);
  const positions = memory.subarray(count + 2 * segments.length + 1);
  let end = 0;
  for (const [place, segment] of segments.entries()) {
    left.set(segment.positions, end);
    end += segment.positions.length;
    ends[place] = end;
    const start = starts[place]!;
    if (segment.skipped !== undefined) positions.set(segment.skipped, start);
    starts[place + 1] = start + (segment.skipped?.length ?? 0);
  }
  return { left, skips: { ends, starts, positions } };
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
