import { z } from "zod";
import rows from "./mmeb-data-sets.json" with { type: "json" };

/** A data set of MMEB. */
export interface MmebDataSet {
  readonly name: string;
  readonly metaTask: "classification" | "VQA" | "retrieval" | "grounding";
  /** Whether VLM2Vec's training data have it (20) or not (16). */
  readonly distribution: "IND" | "OOD";
}

/**
 * The 36 data sets of MMEB's image tasks. Sources: TIGER-AI-Lab/VLM2Vec, `experiments/report_score.py`
 * for the names and their order; README of branch v1 for what is trained on.
 */
export const mmebDataSets: readonly MmebDataSet[] = z
  .array(
    z.object({
      name: z.string(),
      metaTask: z.enum(["classification", "VQA", "retrieval", "grounding"]),
      distribution: z.enum(["IND", "OOD"]),
    }),
  )
  .parse(rows);
