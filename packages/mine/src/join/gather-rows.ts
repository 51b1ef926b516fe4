import type { RowRange } from "../plan-tiles.ts";
import { widenHalves } from "./widen-halves.ts";

/** What {@link gatherRows} lays side by side. */
export interface GatherRowsOptions {
  /** All vectors by matrix row, as float32 or as bits of float16. */
  readonly resident: Float32Array | Uint16Array;
  /** Positions: a range, or one by one. */
  readonly rows: RowRange | Int32Array;
  /** The matrix row at each position; the position itself by default. */
  readonly rowAt: Int32Array | undefined;
  readonly dimensions: number;
  /** Row-major `[rows, dimensions]`, at the front of it. */
  readonly into: Float32Array;
}

/** Copies rows from anywhere side by side, widened to float32. */
export function gatherRows({ resident, rows, rowAt, dimensions, into }: GatherRowsOptions): void {
  if (!(rows instanceof Int32Array) && rowAt === undefined) {
    const all = resident.subarray(rows.start * dimensions, rows.end * dimensions);
    if (all instanceof Float32Array) into.set(all);
    else widenHalves(all, into);
    return;
  }
  const count = rows instanceof Int32Array ? rows.length : rows.end - rows.start;
  for (let place = 0; place < count; place += 1) {
    const position = rows instanceof Int32Array ? rows[place]! : rows.start + place;
    const row = rowAt === undefined ? position : rowAt[position]!;
    const start = row * dimensions;
    const to = place * dimensions;
    if (resident instanceof Float32Array) {
      into.set(resident.subarray(start, start + dimensions), to);
    } else {
      const halves = resident.subarray(start, start + dimensions);
      widenHalves(halves, into.subarray(to, to + dimensions));
    }
  }
}
