import type { MegaPairsErrorCode, RejectRecord } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { excerpt } from "./plain-text.ts";

const ITEM_CODES: ReadonlySet<MegaPairsErrorCode> = new Set([
  "rejected",
  "unsupported",
  "invalid-output",
  "corrupt-data",
]);

const ENDPOINT_STATUSES: ReadonlySet<unknown> = new Set([401, 403, 404]);

const LONGEST_REASON = 400;

/**
 * Whether an error is the fault of the one item, so that the run goes on without it. Not so: a
 * backend that stayed `unavailable` or `overloaded`, HTTP 401, 403 and 404 (`details.status`), a
 * caller's mistake, an abort, anything unknown.
 */
export function isItemFailure(error: unknown): error is MegaPairsError {
  return (
    MegaPairsError.isInstance(error) &&
    ITEM_CODES.has(error.code) &&
    !ENDPOINT_STATUSES.has(error.details["status"])
  );
}

/** Whether the backend refused the request itself: what the breaker counts. */
export function isRefusal(error: MegaPairsError): boolean {
  return error.code === "rejected" || error.code === "unsupported";
}

/** The row that an item leaves behind. */
export function rejectOf(item: string, error: MegaPairsError): RejectRecord {
  return { item, code: error.code, reason: excerpt(error.message, LONGEST_REASON) };
}
