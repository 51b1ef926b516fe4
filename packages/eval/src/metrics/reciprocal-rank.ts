/**
 * One over the rank of the first target, ranks counted from 1; 0 if the ranking holds none. Its
 * mean over queries is MRR.
 */
export function reciprocalRank(
  ranking: readonly string[],
  targets: ReadonlySet<string> | ReadonlyMap<string, number>,
): number {
  const index = ranking.findIndex((id) => targets.has(id));
  return index === -1 ? 0 : 1 / (index + 1);
}
