/** Consecutive items, `size` at a time; the last chunk may be shorter. */
export async function* chunk<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  size: number,
): AsyncGenerator<readonly Item[]> {
  let gathered: Item[] = [];
  for await (const item of items) {
    gathered.push(item);
    if (gathered.length < size) continue;
    yield gathered;
    gathered = [];
  }
  if (gathered.length > 0) yield gathered;
}
