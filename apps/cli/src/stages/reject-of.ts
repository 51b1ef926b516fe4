import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";

/** Says that a file holds the same bytes as one that came before it. */
export class DuplicateFile extends Error {
  constructor(firstPath: string) {
    super(`same bytes as ${firstPath}`);
    this.name = "DuplicateFile";
  }
}

/**
 * The recorded reason for which an item gave no row. Errors that are not about the item (a bug, a
 * dead disk, an interrupt) are thrown on.
 */
export function rejectOf(item: string, error: unknown): RejectRecord {
  if (error instanceof DuplicateFile) return { item, code: "duplicate", reason: error.message };
  if (MegaPairsError.isInstance(error) && !error.retryable) {
    return { item, code: error.code, reason: error.message };
  }
  throw error;
}
