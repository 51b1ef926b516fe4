/** Float32 value of every binary16 bit pattern: 65,536 of them. */
const VALUES = new Float32Array(65_536).map((_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

/** IEEE 754 binary16 bits to float32, exactly. */
export function float16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index += 1) {
    values[index] = VALUES[bits[index] ?? 0] ?? 0;
  }
  return values;
}
