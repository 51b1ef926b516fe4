import { detectCollapse } from "../metrics/detect-collapse.ts";
import type { EncodedItems } from "./encode-items.ts";
import { gatherRows } from "./rank-part.ts";

/** What `detectCollapse` warns of among the items that have a vector; undefined for fewer than two. */
export function warnOfCollapse(
  { vectors, rejects }: EncodedItems,
  items: number,
  dimensions: number,
): string | undefined {
  const rejected = new Set(rejects.map(({ index }) => index));
  const rows = Array.from({ length: items }, (_, row) => row).filter((row) => !rejected.has(row));
  if (rows.length < 2) return undefined;
  const present = rejects.length === 0 ? vectors : gatherRows(vectors, rows, dimensions);
  return detectCollapse({ vectors: present, dimensions }).warning;
}
