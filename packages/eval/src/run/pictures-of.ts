import type { Benchmark, BenchmarkItem, BenchmarkPicture } from "../benchmarks/benchmark.ts";
import { partsOf } from "./benchmark-part.ts";

/** Options of {@link picturesOf}. */
export interface PicturesOfOptions {
  readonly benchmark: Benchmark;
  /** Only what the first so many queries need. */
  readonly limit?: number | undefined;
}

/** Every picture that a run looks at, each path once: those of candidates, then those of queries. */
export function picturesOf({ benchmark, limit }: PicturesOfOptions): readonly BenchmarkPicture[] {
  const pictures = new Map<string, BenchmarkPicture>();
  const add = ({ picture }: BenchmarkItem): void => {
    const path = picture?.paths[0];
    if (picture !== undefined && path !== undefined && !pictures.has(path))
      pictures.set(path, picture);
  };
  for (const { items, queries } of partsOf(benchmark, benchmark.queries.slice(0, limit))) {
    for (const item of items) add(item);
    for (const query of queries) add(query);
  }
  return [...pictures.values()];
}
