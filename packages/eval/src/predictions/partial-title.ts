import type { Shortfall } from "../benchmarks/benchmark.ts";

/** `partial CIRCO val, 220 of 220 queries, 5000 of 123403 candidates`: a score under no one's name. */
export function partialTitle(title: string, parts: readonly Shortfall[]): string {
  const counts = parts.map(({ what, found, expected }) => `${found} of ${expected} ${what}`);
  return `partial ${title}, ${counts.join(", ")}`;
}
