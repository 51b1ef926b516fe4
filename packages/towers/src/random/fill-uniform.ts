import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Fills with numbers spread evenly in [-bound, bound): the same for the same seed, everywhere. */
export function fillUniform(data: Float32Array, bound: number, seed: number): void {
  const random = xoroshiro128plus(seed);
  for (let index = 0; index < data.length; index += 1) {
    data[index] = bound * (2 * uniformFloat64(random) - 1);
  }
}
