import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ComposedBenchmark } from "./create-composed-benchmark.ts";

/** What to write, and where. */
export interface WriteComposedBenchmarkOptions {
  readonly benchmark: ComposedBenchmark;
  /** Appears whole, in place of what is there. */
  readonly folder: string;
  /** What reports call it. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a benchmark as a retrieval set that `megapairs eval run triplets` and `readTriplets` of
 * `@megapairs/eval` read: its pictures, and `set.jsonl` beside them. Rejects as the disk does.
 *
 * @returns The path of `set.jsonl`.
 */
export async function writeComposedBenchmark(
  options: WriteComposedBenchmarkOptions,
): Promise<string> {
  const { benchmark, folder, name, signal } = options;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const { path, read } of benchmark.pictures) {
    signal?.throwIfAborted();
    await writeFile(join(partial, path), await read());
  }
  const header = { set: name, gallery: benchmark.pictures.map(({ path }) => path) };
  const lines = benchmark.queries.map(({ id, picture, text, targets, groups }) => {
    return { id, q_img: picture, q_text: [text], targets, groups };
  });
  const text = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
  await writeFile(join(partial, "set.jsonl"), text);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return join(folder, "set.jsonl");
}
