/**
 * A place for a candidate among those that score the same for a query: drawn from both ids, so that it
 * is the same in every run and favours nobody, the first candidate least of all.
 *
 * @returns A whole number from 0 to 2^32 - 1. FNV-1a over UTF-16 code units, finished as in MurmurHash3.
 */
export function tieOrder(queryId: string, candidateId: string): number {
  let hash = mix(mix(0x811c9dc5, queryId) ^ 0xff, candidateId);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mix(start: number, text: string): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}
