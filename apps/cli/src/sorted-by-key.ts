/** The same entries in ascending key order. */
export function sortedByKey(counts: Readonly<Record<string, number>>): Record<string, number> {
  const keys = Object.keys(counts).toSorted();
  return Object.fromEntries(keys.map((key) => [key, counts[key] ?? 0]));
}
