import type { RowRange } from "../plan-tiles.ts";
import { float32Tolerance } from "../score-estimate.ts";
import type { SelfJoinOptions } from "../self-join.ts";
import { allocateCandidates } from "./candidate-table.ts";
import type { CandidateMemory } from "./candidate-table.ts";
import type { Gemm } from "./gemm.ts";
import { openJoinLane } from "./join-lane.ts";
import type { JoinLane, JoinTask } from "./join-lane.ts";
import { runTasks } from "./run-tasks.ts";
import type { VectorStore } from "./vector-store.ts";

/** What {@link joinTasks} does. */
export interface JoinTasksOptions extends Pick<
  SelfJoinOptions,
  "band" | "k" | "nearDuplicateLimit" | "signal" | "onProgress"
> {
  readonly store: VectorStore;
  /** A core each. */
  readonly gemms: readonly Gemm[];
  readonly tasks: Iterable<JoinTask>;
  readonly totalTasks: number;
  /** Most positions on either side of a task. */
  readonly mostLeft: number;
  readonly mostRight: number;
  /** Positions that the tables have rows for. */
  readonly queries: RowRange;
  /** See `SieveSettings`. */
  readonly rowAt?: Int32Array | undefined;
  /** Puts what is known already into the tables. */
  readonly prepare?: ((tables: JoinTables) => void) | undefined;
}

/** What tasks found, ranked; a table's row is a position less the first query's. */
export interface JoinTables {
  /** Inside the band. */
  readonly kept: CandidateMemory;
  /** At its upper bound or over. */
  readonly copies: CandidateMemory;
}

/** Does the tasks on as many lanes as there are products, and ranks what they found. */
export async function joinTasks(options: JoinTasksOptions): Promise<JoinTables> {
  const { store, band, k, nearDuplicateLimit = 100, gemms, queries, rowAt } = options;
  const rowCount = queries.end - queries.start;
  const most = Math.max(1, store.ids.length - 1);
  const tables: JoinTables = {
    kept: allocateCandidates(rowCount, Math.min(k, most)),
    copies: allocateCandidates(rowCount, Math.min(nearDuplicateLimit, most)),
  };
  options.prepare?.(tables);
  const { dimensions } = store;
  const tolerance = float32Tolerance(dimensions);
  const sieve = { ...tables, band, dimensions, tolerance, firstPosition: queries.start, rowAt };
  const lanes = gemms
    .slice(0, options.totalTasks)
    .map((gemm) => openJoinLane({ ...options, gemm, sieve }));
  try {
    await doTasks(lanes, options);
    await rankAll(lanes, rowCount);
  } finally {
    await Promise.all(lanes.map((lane) => lane.dispose()));
  }
  return tables;
}

async function doTasks(
  lanes: readonly JoinLane[],
  { tasks, totalTasks: totalTiles, signal, onProgress }: JoinTasksOptions,
): Promise<void> {
  let completedTiles = 0;
  await runTasks({
    lanes,
    tasks,
    signal,
    onDone() {
      completedTiles += 1;
      onProgress?.({ completedTiles, totalTiles });
    },
  });
}

async function rankAll(lanes: readonly JoinLane[], rowCount: number): Promise<void> {
  await Promise.all(
    lanes.map((lane, place) =>
      lane.rank({
        start: Math.floor((rowCount * place) / lanes.length),
        end: Math.floor((rowCount * (place + 1)) / lanes.length),
      }),
    ),
  );
}
