import { MegaPairsError } from "@megapairs/spec";
import type { MegaPairsErrorCode } from "@megapairs/spec";

/** Operating-system errors that are about the place, not about the data: they may pass. */
const PLACE = /os error (?:1|5|13|28|30|122)\b|no space left|permission denied|read-only file/iu;

/** Operating-system errors of a path that can hold no database. */
const PATH = /os error (?:2|20|36)\b/iu;

/** Says in one line why LanceDB failed; its own messages carry source paths and repeat themselves. */
export function storeError(
  action: string,
  error: unknown,
  fallback: MegaPairsErrorCode,
): MegaPairsError {
  if (MegaPairsError.isInstance(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.split(/\s+Caused by:|, \/[^ ]*\.rs:|\n/u)[0]?.trim() ?? "";
  return new MegaPairsError(codeOf(text, fallback), `cannot ${action}: ${reason}`, {
    cause: error,
  });
}

function codeOf(text: string, fallback: MegaPairsErrorCode): MegaPairsErrorCode {
  if (PLACE.test(text)) return "unavailable";
  if (PATH.test(text) && fallback !== "corrupt-data") return "invalid-argument";
  return fallback;
}

/** True when LanceDB says that a table does not exist, or was being created when its maker died. */
export function isMissingTable(error: unknown): boolean {
  return error instanceof Error && /^Table '[^']*' was not found/u.test(error.message);
}
