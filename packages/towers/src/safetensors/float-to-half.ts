const word = new Uint32Array(1);
const number = new Float32Array(word.buffer);

/**
 * Float32 to IEEE 754 binary16 bits, to the nearest, ties to even: what is above 65,504 by half a
 * step or more becomes infinite.
 */
export function toFloat16(values: Float32Array, into: Uint16Array): void {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    number[0] = value;
    const bits = word[0] ?? 0;
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    let half: number;
    if (magnitude > 0x7f800000) half = 0x7e00;
    else if (magnitude >= 0x477ff000) half = 0x7c00;
    else if (magnitude < 0x38800000) half = subnormal(magnitude);
    else half = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    into[index] = sign | half;
  }
}

/** Below 2^-14 the float32 sum with 1/2 has the binary16 bits as its last ones, rounded. */
function subnormal(magnitude: number): number {
  word[0] = magnitude;
  number[0] = (number[0] ?? 0) + 0.5;
  return (word[0] ?? 0) - 0x3f000000;
}

/** Float32 to bfloat16 bits, to the nearest, ties to even. */
export function toBfloat16(values: Float32Array, into: Uint16Array): void {
  for (let index = 0; index < values.length; index += 1) {
    number[0] = values[index] ?? 0;
    const bits = word[0] ?? 0;
    const isNaN = (bits & 0x7fffffff) > 0x7f800000;
    into[index] = isNaN ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }
}
