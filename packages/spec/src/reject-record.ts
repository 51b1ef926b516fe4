import type { MegaPairsErrorCode } from "./errors.ts";

/** Why an item gave no row: an error's code, or one of the pipeline's own decisions. */
export type RejectCode = MegaPairsErrorCode | "duplicate" | "excluded";

/** An item that a stage could not use. Nothing disappears: it becomes one of these. */
export interface RejectRecord {
  /** What was rejected: a corpus path, an image id, a pair id. */
  readonly item: string;
  readonly code: RejectCode;
  /** One line: what was found and what was expected. */
  readonly reason: string;
}
