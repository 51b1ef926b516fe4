/**
 * Who goes first where a cap has no room for all: the lower of these numbers, whole and below 2^53. It
 * depends on the seed and the two ids alone, not on the place of a pair among others. Two multiplying
 * hashes over the UTF-16 code units, mixed as MurmurHash3 does (public domain): millions a second, and
 * nobody gains by steering it.
 */
export function pairPriority(seed: number, queryId: string, targetId: string): number {
  let first = 0xdeadbeef ^ seed;
  let second = 0x41c6ce57 ^ Math.floor(seed / 2 ** 32);
  for (const id of [queryId, targetId]) {
    for (let at = 0; at < id.length; at += 1) {
      const unit = id.charCodeAt(at);
      first = Math.imul(first ^ unit, 2_654_435_761);
      second = Math.imul(second ^ unit, 1_597_334_677);
    }
    // Ends an id, so that "a", "bc" is not "ab", "c".
    first = Math.imul(first ^ 0x1_00_00, 2_654_435_761);
    second = Math.imul(second ^ 0x1_00_00, 1_597_334_677);
  }
  first = mix(first) ^ Math.imul(second, 3_266_489_909);
  second = mix(second) ^ Math.imul(first, 3_266_489_909);
  return (mix(second) >>> 11) * 2 ** 32 + (mix(first) >>> 0);
}

function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 3_266_489_909);
  return mixed ^ (mixed >>> 16);
}
