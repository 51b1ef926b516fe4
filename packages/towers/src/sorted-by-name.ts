/** The entries of a map in the order in which checkpoints write them. */
export function sortedByName<Value>(values: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...values].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
