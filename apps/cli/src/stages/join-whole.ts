import { createSelfJoin } from "@megapairs/mine";
import type { JoinMethod, SelfJoinOptions, SelfJoinResult } from "@megapairs/mine";
import type { ProgressReporter } from "@megapairs/run";
import type { NearDuplicateRecord, NeighbourRecord } from "@megapairs/spec";

/** What a join found for some rows. */
export interface JoinedRows {
  /** One for each row. */
  readonly neighbours: readonly NeighbourRecord[];
  /** One for each row that has any. */
  readonly nearDuplicates: readonly NearDuplicateRecord[];
}

/** Options of {@link joinWhole}. */
export interface JoinWholeOptions extends Pick<
  SelfJoinOptions,
  "matrix" | "relation" | "band" | "k" | "signal"
> {
  /** Share of the neighbours to find, measured. */
  readonly recall: number;
  readonly progress: ProgressReporter | undefined;
}

/** A join of all rows, to be read in parts. */
export interface WholeJoin {
  readonly method: JoinMethod;
  /** Those from `start` to before `end`. */
  readonly rows: (start: number, end: number) => JoinedRows;
}

/** Decides lists and samples. Not the run's: another draw of pairs needs no other neighbours. */
const SEED = 0;

/** Joins all rows of a relation on all cores, with progress of its own: half the work of joining parts. */
export async function joinWhole(options: JoinWholeOptions): Promise<WholeJoin> {
  const { recall, progress, ...joining } = options;
  const { ids } = joining.matrix;
  const shown = progress?.stage(`join ${joining.relation}`, ids.length);
  let done = 0;
  try {
    const joined = await createSelfJoin({ recall, seed: SEED })({
      ...joining,
      onProgress({ completedTiles, totalTiles }) {
        const now = Math.floor((ids.length * completedTiles) / totalTiles);
        shown?.advance(now - done);
        done = now;
      },
    });
    shown?.end();
    return {
      method: joined.method ?? { name: "exact" },
      rows: (start, end) => ({
        neighbours: joined.neighbours.slice(start, end),
        nearDuplicates: joined.nearDuplicates.slice(
          placeOf(joined.nearDuplicates, ids[start]),
          placeOf(joined.nearDuplicates, ids[end]),
        ),
      }),
    };
  } catch (error) {
    shown?.stop();
    throw error;
  }
}

/** Where the records of an image and those behind it begin; the end for none. */
function placeOf(records: SelfJoinResult["nearDuplicates"], id: string | undefined): number {
  let [low, high] = [0, records.length];
  if (id === undefined) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records.at(middle)!.imageId < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
