import assert from "node:assert/strict";
import { MegaPairsError } from "@megapairs/spec";
import type { MegaPairsErrorCode } from "@megapairs/spec";

/** Asserts that a call rejects with a {@link MegaPairsError} of this code, and gives the error. */
export async function assertRejectsWith(
  call: Promise<unknown>,
  code: MegaPairsErrorCode,
): Promise<MegaPairsError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  assert.ok(outcome !== undefined, `resolved, expected a rejection with ${code}`);
  const { error } = outcome;
  assert.ok(
    MegaPairsError.isInstance(error),
    `rejected with ${String(error)}, expected a MegaPairsError with code ${code}`,
  );
  assert.equal(error.code, code, `rejected with ${error.code} (${error.message})`);
  return error;
}

/** Asserts that a call rejects with exactly this value: the reason of an aborted signal. */
export async function assertRejectsWithReason(
  call: Promise<unknown>,
  reason: unknown,
): Promise<void> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  assert.ok(outcome !== undefined, "resolved, expected a rejection with the signal's reason");
  assert.equal(outcome.error, reason, "rejected with something other than the signal's reason");
}
