/** Bytes that stand for themselves: printable ones of Latin-1. */
const PRINTABLE: readonly (readonly [number, number])[] = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
];

/**
 * A printable character for each byte, those that stand for themselves first: the first 256 entries
 * of CLIP's vocabulary, in their order. Source: GPT-2's encoder.py, `bytes_to_unicode`.
 */
export function byteSymbols(): ReadonlyMap<number, string> {
  const symbols = new Map<number, string>();
  for (const [first, last] of PRINTABLE) {
    for (let byte = first; byte <= last; byte += 1) symbols.set(byte, String.fromCodePoint(byte));
  }
  for (let byte = 0, next = 256; byte < 256; byte += 1) {
    if (symbols.has(byte)) continue;
    symbols.set(byte, String.fromCodePoint(next));
    next += 1;
  }
  return symbols;
}
