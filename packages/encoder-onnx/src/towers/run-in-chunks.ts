/**
 * Works through items some at a time: while one chunk is computed, the next is prepared. Gives the
 * rows of all chunks, row-major, in order. The first failure rejects; no later chunk is begun.
 */
export async function runInChunks<Item, Prepared>(
  items: readonly Item[],
  rowsPerChunk: number,
  prepare: (chunk: readonly Item[]) => Promise<Prepared>,
  compute: (prepared: Prepared) => Promise<Float32Array>,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  let running: Promise<Float32Array> = Promise.resolve(new Float32Array(0));
  for (let start = 0; start < items.length; start += rowsPerChunk) {
    const prepared = await prepare(items.slice(start, start + rowsPerChunk));
    parts.push(await running);
    running = compute(prepared);
    // It is awaited after the next preparation: a failure until then is not unhandled.
    running.catch(() => undefined);
  }
  parts.push(await running);
  const rows = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    rows.set(part, offset);
    offset += part.length;
  }
  return rows;
}
