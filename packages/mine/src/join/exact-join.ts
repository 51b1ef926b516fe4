import type { SelfJoinOptions, SelfJoinResult } from "../self-join.ts";
import type { Gemm } from "./gemm.ts";
import { joinTasks } from "./join-tasks.ts";
import { countExactTasks, planExactTasks } from "./plan-exact-tasks.ts";
import { nearDuplicateRecords, neighbourRecords } from "./table-records.ts";
import type { VectorStore } from "./vector-store.ts";

/** What {@link exactJoin} needs beside the options of the join. */
export interface ExactJoinSettings {
  readonly store: VectorStore;
  readonly gemms: readonly Gemm[];
  /** Why it is exact although less was asked for. */
  readonly reason?: string | undefined;
}

/** The exact join of checked vectors by GEMM. */
export async function exactJoin(
  options: SelfJoinOptions,
  { store, gemms, reason }: ExactJoinSettings,
): Promise<SelfJoinResult> {
  const { ids } = store;
  const { rows: queries = { start: 0, end: ids.length }, relation } = options;
  const blockRows = options.tileRows ?? blockRowsFor(queries.end - queries.start, gemms.length);
  const plan = { rowCount: ids.length, queries, blockRows };
  const { kept, copies } = await joinTasks({
    ...options,
    store,
    gemms,
    tasks: planExactTasks(plan),
    totalTasks: countExactTasks(plan),
    mostLeft: Math.min(blockRows, ids.length),
    mostRight: Math.min(blockRows, ids.length),
    queries,
  });
  const records = { ids, relation, queries, tableRowOf: (row: number) => row - queries.start };
  return {
    neighbours: neighbourRecords({ ...records, table: kept }),
    nearDuplicates: nearDuplicateRecords({ ...records, table: copies }),
    method: { name: "exact", reason },
  };
}

/** Blocks that a GEMM is fast on, and enough of them that all threads find one which is free. */
function blockRowsFor(queries: number, threads: number): number {
  return Math.max(256, Math.min(1024, Math.ceil(queries / (8 * threads))));
}
