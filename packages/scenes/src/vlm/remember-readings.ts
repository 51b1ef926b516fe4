import { createHash } from "node:crypto";
import { MegaPairsError } from "@megapairs/spec";

/** Reads something off a file's bytes, which alone decide what it is. */
export type ReadBytes<Reading> = (bytes: Uint8Array) => Promise<Reading>;

const MOST_REMEMBERED = 2 ** 24 - 1;

/**
 * The same reader, remembering by SHA-256 of the bytes the `limit` readings that were last asked
 * for: calls for the same bytes at the same time share one reading. Failures are not remembered.
 *
 * Throws `invalid-argument` on a limit that is no integer from 0 to 16,777,215.
 */
export function rememberReadings<Reading>(
  read: ReadBytes<Reading>,
  limit: number,
): ReadBytes<Reading> {
  if (!Number.isInteger(limit) || limit < 0 || limit > MOST_REMEMBERED) {
    throw new MegaPairsError(
      "invalid-argument",
      `The number of pictures to remember is ${limit}; expected an integer from 0 to ${MOST_REMEMBERED}.`,
    );
  }
  /** The one asked for longest ago first. */
  const readings = new Map<string, Promise<Reading>>();

  function begin(bytes: Uint8Array, key: string): Promise<Reading> {
    const reading = read(bytes);
    reading.catch(() => {
      if (readings.get(key) === reading) readings.delete(key);
    });
    return reading;
  }

  return (bytes) => {
    const key = createHash("sha256").update(bytes).digest("base64");
    const reading = readings.get(key) ?? begin(bytes, key);
    readings.delete(key);
    readings.set(key, reading);
    const [oldest] = readings.keys();
    if (readings.size > limit && oldest !== undefined) readings.delete(oldest);
    return reading;
  };
}
