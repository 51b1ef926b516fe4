import { sharedFloats } from "../join/shared-floats.ts";
import type { VectorStore } from "../join/vector-store.ts";
import type { GemmPool } from "./gemm-pool.ts";
import type { RowLists } from "./row-lists.ts";

/** Options of {@link probeLists}. */
export interface ProbeListsOptions {
  readonly store: VectorStore;
  readonly lists: RowLists;
  /** By list: those that its rows may look into. */
  readonly near: readonly Int32Array[];
  /** How much less similar than its own a list's centre may be to a row that looks into it. */
  readonly margin: number;
  readonly pool: GemmPool;
}

/** Of one list, by other list: the positions of its rows that look into that one, ascending. */
export type ProbesOfList = ReadonlyMap<number, Int32Array>;

/** Finds out, list by list, which rows look into which other lists. */
export async function probeLists(options: ProbeListsOptions): Promise<readonly ProbesOfList[]> {
  const { lists, near, pool } = options;
  const probes: ProbesOfList[] = Array.from(near, () => new Map());
  await pool.each(near.keys(), async (gemm, list) => {
    const others = near[list]!;
    if (others.length === 0) return;
    const { dimensions } = options.store;
    const [start, end] = [lists.starts[list]!, lists.starts[list + 1]!];
    const rows = sharedFloats((end - start) * dimensions);
    await options.store.load({ rows: lists.rowAt.subarray(start, end), into: rows });
    const centres = sharedFloats((others.length + 1) * dimensions);
    for (const [place, other] of [list, ...others].entries()) {
      const centre = lists.centres.subarray(other * dimensions, (other + 1) * dimensions);
      centres.set(centre, place * dimensions);
    }
    const scores = sharedFloats((end - start) * (others.length + 1));
    await gemm.multiply({ left: rows, right: centres, dimensions, scores });
    probes[list] = probesOf(scores, others, start, options.margin);
  });
  return probes;
}

/** Of `[rows, own list and others]`. */
function probesOf(
  scores: Float32Array,
  others: Int32Array,
  start: number,
  margin: number,
): ProbesOfList {
  const columns = others.length + 1;
  const positions = Array.from(others, (): number[] => []);
  for (let offset = 0; offset * columns < scores.length; offset += 1) {
    const at = offset * columns;
    const least = scores[at]! - margin;
    for (let column = 1; column < columns; column += 1) {
      if (scores[at + column]! >= least) positions[column - 1]!.push(start + offset);
    }
  }
  const probes = new Map<number, Int32Array>();
  for (const [place, rows] of positions.entries()) {
    if (rows.length > 0) probes.set(others[place]!, Int32Array.from(rows));
  }
  return probes;
}
