import { createHash } from "node:crypto";

const SEED = 7;
const MODULUS = 1_000_003;
const PULL = 24;

/** The rankings of `reference/official_scores.py`, made again. */
export function seededRanking(
  query: string,
  candidates: readonly string[],
  pulled: ReadonlySet<string>,
): string[] {
  const digest = createHash("sha256").update(`${SEED}:${query}`).digest("hex");
  const stride = Number.parseInt(digest.slice(0, 5), 16) + 1;
  const offset = Number.parseInt(digest.slice(5, 10), 16);
  const keys = Float64Array.from(candidates, (id, index) => {
    const key = ((index * stride + offset) % MODULUS) / (pulled.has(id) ? PULL : 1);
    return Math.floor(key) * MODULUS + index; // ties go to the earlier candidate
  });
  return Array.from(keys.toSorted(), (key) => candidates[key % MODULUS]!);
}
