/** How many of the rows that a peer found are among ours: both `[queries, k]`, -1 where there is none. */
export function shareFound(peer: Int32Array, ours: Int32Array, k: number): number {
  let total = 0;
  let shared = 0;
  for (let start = 0; start < peer.length; start += k) {
    const known = new Set(ours.subarray(start, start + k));
    for (const row of peer.subarray(start, start + k)) {
      if (row < 0) continue;
      total += 1;
      shared += Number(known.has(row));
    }
  }
  return total === 0 ? 1 : shared / total;
}
