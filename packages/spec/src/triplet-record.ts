import type { PairRecord } from "./pair-record.ts";

/** Stage 1 of annotation: what two images share and how they differ (paper §3.2). */
export interface DescriptionRecord {
  readonly pairId: string;
  /** `Both images …. However, the Source Image …, whereas the Target Image ….` */
  readonly text: string;
  /** Most words asked for, drawn from 60..100. */
  readonly wordLimit: number;
}

/** Stage 2 of annotation: retrieval instructions that lead from the query image to the target. */
export interface InstructionRecord {
  readonly pairId: string;
  /** At least three, distinct. */
  readonly texts: readonly string[];
}

/** A training example: a pair with its instructions. */
export interface TripletRecord extends PairRecord {
  readonly description: string;
  readonly instructions: readonly string[];
}
