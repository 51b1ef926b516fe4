/**
 * A map without one of its keys, which shares everything with it: the members of a category are the right
 * answers of each other, and a copy for each would take the square of their number.
 */
export function mapWithout<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  left: Key,
): ReadonlyMap<Key, Value> {
  function* entries(): Generator<[Key, Value], undefined> {
    for (const entry of map) if (entry[0] !== left) yield entry;
    return undefined;
  }
  function* keys(): Generator<Key, undefined> {
    for (const [key] of entries()) yield key;
    return undefined;
  }
  function* values(): Generator<Value, undefined> {
    for (const [, value] of entries()) yield value;
    return undefined;
  }
  const view: ReadonlyMap<Key, Value> = {
    size: map.size - (map.has(left) ? 1 : 0),
    has: (key) => key !== left && map.has(key),
    get: (key) => (key === left ? undefined : map.get(key)),
    keys,
    values,
    entries,
    forEach: (callback) => {
      for (const [key, value] of entries()) callback(value, key, view);
    },
    [Symbol.iterator]: entries,
  };
  return view;
}
