import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

/**
 * Asserts deep equality, bit for bit, of values that hold pictures or rows: unlike
 * `assert.deepEqual`, without printing them, which takes seconds.
 */
export function assertEqualData(actual: unknown, expected: unknown, what: string): void {
  assert.ok(isDeepStrictEqual(actual, expected), what);
}
