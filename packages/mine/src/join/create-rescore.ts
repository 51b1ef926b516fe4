import { clampScore, scoreExactly } from "../exact-scores.ts";
import type { CandidateScoring } from "./candidate-table.ts";
import { gatherRows } from "./gather-rows.ts";
import type { SieveSettings } from "./tile-sieve.ts";

/** Scores rows of tables with their candidates exactly, out of vectors in memory. */
export function createRescore(
  { dimensions, firstPosition, rowAt }: SieveSettings,
  resident: Float32Array | Uint16Array,
): NonNullable<CandidateScoring["rescore"]> {
  const queryVector = new Float32Array(dimensions);
  let scores = new Float32Array(0);
  let gathered = new Float32Array(0);
  let places = new Int32Array(0);
  return (row, candidates) => {
    const position = firstPosition + row;
    const query = rowAt === undefined ? position : rowAt[position]!;
    const { length } = candidates;
    if (scores.length < length) {
      scores = new Float32Array(length);
      places = Int32Array.from({ length }, (_, place) => place);
      if (resident instanceof Uint16Array) gathered = new Float32Array(length * dimensions);
    }
    const rows = { resident, rowAt: undefined, dimensions };
    gatherRows({ ...rows, rows: Int32Array.of(query), into: queryVector });
    const found = scores.subarray(0, length);
    if (resident instanceof Float32Array) scoreExactly(queryVector, resident, candidates, found);
    else {
      gatherRows({ ...rows, rows: candidates, into: gathered });
      scoreExactly(queryVector, gathered, places.subarray(0, length), found);
    }
    for (let place = 0; place < length; place += 1) found[place] = clampScore(found[place]!);
    return found;
  };
}
