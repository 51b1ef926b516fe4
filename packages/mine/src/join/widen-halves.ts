const WIDENED = new Float32Array(2 ** 16);
for (let bits = 0; bits < WIDENED.length; bits += 1) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) WIDENED[bits] = sign * fraction * 2 ** -24;
  else if (exponent < 0x1f) WIDENED[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  else WIDENED[bits] = fraction === 0 ? sign * Infinity : Number.NaN;
}

/** The float32 of float16 numbers given as bits, exactly; into the front of `into`. */
export function widenHalves(bits: Uint16Array, into: Float32Array): void {
  for (let place = 0; place < bits.length; place += 1) into[place] = WIDENED[bits[place]!]!;
}
