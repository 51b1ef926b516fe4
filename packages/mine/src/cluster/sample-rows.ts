import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * So many of the rows `0` to `rowCount`, ascending, every set of them with the same chance: Knuth's
 * algorithm S (The Art of Computer Programming 2, §3.4.2).
 */
export function sampleRows(rowCount: number, count: number, seed: number): Int32Array {
  const sample = new Int32Array(Math.min(count, rowCount));
  const random = xoroshiro128plus(seed);
  let drawn = 0;
  for (let row = 0; drawn < sample.length; row += 1) {
    if (uniformInt(random, 1, rowCount - row) > sample.length - drawn) continue;
    sample[drawn] = row;
    drawn += 1;
  }
  return sample;
}
