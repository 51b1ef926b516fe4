import type { Gemm } from "../join/gemm.ts";
import { joinTasks } from "../join/join-tasks.ts";
import type { JoinTask } from "../join/join-lane.ts";
import type { VectorStore } from "../join/vector-store.ts";
import type { RowRange } from "../plan-tiles.ts";
import type { SelfJoinOptions } from "../self-join.ts";
import { sampleRows } from "./sample-rows.ts";

/** Options of {@link joinSample}. */
export interface JoinSampleOptions extends Pick<
  SelfJoinOptions,
  "band" | "k" | "nearDuplicateLimit" | "signal"
> {
  readonly store: VectorStore;
  readonly gemms: readonly Gemm[];
  /** Query rows to draw. */
  readonly queries: number;
  readonly seed: number;
}

/** What the exact join finds for some query rows. */
export interface ExactSample {
  /** Ascending. */
  readonly queries: Int32Array;
  /** Of each query, its neighbours inside the band. */
  readonly neighbours: readonly Int32Array[];
  /** Of each query, its near duplicates, as many as are listed. */
  readonly nearDuplicates: readonly Int32Array[];
}

/** Joins a seeded sample of queries with all rows, exactly. */
export async function joinSample(options: JoinSampleOptions): Promise<ExactSample> {
  const rowCount = options.store.ids.length;
  const sample = sampleRows(rowCount, options.queries, options.seed);
  // Positions: the sample first, then all rows in order.
  const rowAt = new Int32Array(sample.length + rowCount);
  rowAt.set(sample);
  for (let row = 0; row < rowCount; row += 1) rowAt[sample.length + row] = row;
  const queries = { start: 0, end: sample.length };
  const tasks = planSampleTasks(queries, rowAt.length);
  const { kept, copies } = await joinTasks({
    ...options,
    onProgress: undefined,
    queries,
    rowAt,
    tasks,
    totalTasks: tasks.length,
    mostLeft: LEFT,
    mostRight: RIGHT,
  });
  const listed = ({ places, counts, rows, capacity }: typeof kept): Int32Array[] =>
    Array.from(sample, (_, query) => {
      const start = (places[query]! - 1) * capacity;
      return rows.slice(start, start + counts[query]!);
    });
  return { queries: sample, neighbours: listed(kept), nearDuplicates: listed(copies) };
}

const LEFT = 256;
const RIGHT = 4096;

function planSampleTasks(queries: RowRange, positions: number): JoinTask[] {
  const tasks: JoinTask[] = [];
  for (let start = queries.end; start < positions; start += RIGHT) {
    const right = { start, end: Math.min(start + RIGHT, positions) };
    for (let first = 0; first < queries.end; first += LEFT) {
      const left = { start: first, end: Math.min(first + LEFT, queries.end) };
      const claims = [first / LEFT];
      tasks.push({ left, right, isTriangle: false, offersLeft: true, offersRight: false, claims });
    }
  }
  return tasks;
}
