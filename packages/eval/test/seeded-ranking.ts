import { createHash } from "node:crypto";

const SEED = 7;
const MODULUS = 1_000_003;
const PULL = 24;

/** The rankings of `reference/official_scores.py`, made again; to `depth`, or whole. */
export function seededRanking(
  query: string,
  candidates: readonly string[],
  pulled: ReadonlySet<string>,
  depth?: number,
): string[] {
  const digest = createHash("sha256").update(`${SEED}:${query}`).digest("hex");
  const stride = Number.parseInt(digest.slice(0, 5), 16) + 1;
  const offset = Number.parseInt(digest.slice(5, 10), 16);
  const keys = new Float64Array(candidates.length);
  for (const [index, id] of candidates.entries()) {
    const key = ((index * stride + offset) % MODULUS) / (pulled.has(id) ? PULL : 1);
    keys[index] = Math.floor(key) * MODULUS + index; // ties go to the earlier candidate
  }
  return Array.from(keys.toSorted().subarray(0, depth), (key) => candidates[key % MODULUS]!);
}
