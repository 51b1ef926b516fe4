import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * Fills with normally distributed numbers of mean 0: the same for the same seed, everywhere.
 * Source: Box and Muller, A Note on the Generation of Random Normal Deviates (1958).
 */
export function fillNormal(data: Float32Array, deviation: number, seed: number): void {
  const random = xoroshiro128plus(seed);
  for (let index = 0; index < data.length; index += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const angle = 2 * Math.PI * uniformFloat64(random);
    data[index] = radius * Math.cos(angle);
    data[index + 1] = radius * Math.sin(angle); // Past an odd end this is dropped.
  }
}
