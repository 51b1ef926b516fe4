import { createHash } from "node:crypto";

import { MegaPairsError } from "@megapairs/spec";
import { configure } from "safe-stable-stringify";

const stringify = configure({ strict: true });

/**
 * JSON with keys in ascending UTF-16 order and no white space: equal values give equal text.
 * Members that are `undefined` are left out. `invalid-argument`, naming `what`, on anything that
 * JSON cannot say: NaN, infinities, functions, cycles.
 */
export function canonicalJson(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("invalid-argument", `${what} is not plain JSON: ${reason}`, {
      cause: error,
    });
  }
  if (text === undefined) {
    throw new MegaPairsError("invalid-argument", `${what} is ${typeof value}, expected plain JSON`);
  }
  return text;
}

/** SHA-256 over the UTF-8 of the parts, one after another, as lower-case hex. */
export function sha256Hex(parts: Iterable<string>): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
