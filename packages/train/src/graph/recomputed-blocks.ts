import type { Tower } from "@megapairs/towers";

/** Values at which blocks of a tower end that are computed again: all but the last, which saves nothing. */
export function recomputedBlocks({ blocks = [] }: Tower): readonly string[] {
  return blocks.slice(0, -1);
}
