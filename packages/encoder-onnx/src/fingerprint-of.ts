import { createHash } from "node:crypto";
import type { JsonValue } from "@megapairs/spec";

/**
 * SHA-256, lower-case hex, of everything that decides an encoder's numbers, in the order of its
 * keys: a record built in one place, so that equal facts have equal bytes.
 */
export function fingerprintOf(facts: Readonly<Record<string, JsonValue>>): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}
