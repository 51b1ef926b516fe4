import { createHash } from "node:crypto";

/**
 * The id of a pair: SHA-256, lower-case hex, of `JSON.stringify([queryId, targetId])` in UTF-8. The
 * pair is directed: query and target swapped have another id.
 */
export function pairId(queryId: string, targetId: string): string {
  return createHash("sha256")
    .update(JSON.stringify([queryId, targetId]))
    .digest("hex");
}
