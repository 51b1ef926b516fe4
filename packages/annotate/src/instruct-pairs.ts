import type { DescriptionRecord, InstructionRecord, RejectRecord } from "@megapairs/spec";
import type { AnnotateRunOptions } from "./annotate-items.ts";
import { annotateItems } from "./annotate-items.ts";
import type { InstructSettings } from "./write-instructions.ts";
import { writeInstructions } from "./write-instructions.ts";

/** Options of {@link instructPairs}. */
export interface InstructPairsOptions extends InstructSettings, AnnotateRunOptions {
  readonly descriptions: readonly DescriptionRecord[];
}

/** Instructions and rejects, each in the order of the descriptions; every pair is in one of them. */
export interface InstructPairsResult {
  readonly instructions: readonly InstructionRecord[];
  /** `item` is the pair's id. */
  readonly rejects: readonly RejectRecord[];
}

/**
 * Stage 2 over many pairs: {@link writeInstructions} for each, some at once. What becomes a reject
 * and what stops the run: as for `describePairs`.
 */
export async function instructPairs(options: InstructPairsOptions): Promise<InstructPairsResult> {
  const { rows, rejects } = await annotateItems({
    ...options,
    stage: "instruct",
    items: options.descriptions,
    idOf: ({ pairId }) => pairId,
    orderKey: () => "",
    work: async ({ pairId, text }): Promise<InstructionRecord> => {
      const written = await writeInstructions({ ...options, pairId, description: text });
      return { pairId, texts: written.texts };
    },
  });
  return { instructions: rows, rejects };
}
