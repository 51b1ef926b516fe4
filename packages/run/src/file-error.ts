import { MegaPairsError, type MegaPairsErrorCode } from "@megapairs/spec";

/** The system's code of a failed file operation: `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const WRONG_PLACE: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "it does not exist"],
  ["ENOTDIR", "a part of the path is not a directory"],
  ["EISDIR", "it is a directory"],
  ["EACCES", "permission denied"],
  ["EPERM", "not permitted here"],
  ["EROFS", "the file system is read-only"],
  ["ENOTSUP", "the file system does not support it"],
]);

/**
 * A failed file operation, `doing` as in "create the lock in", as an error of this repository:
 * `invalid-argument` where another path is called for, `unavailable` for the rest (disk full, I/O).
 */
export function fileError(error: unknown, doing: string, path: string): MegaPairsError {
  const system = systemCode(error);
  const reason = system === undefined ? undefined : WRONG_PLACE.get(system);
  const code: MegaPairsErrorCode = reason === undefined ? "unavailable" : "invalid-argument";
  const why = reason ?? (error instanceof Error ? error.message : String(error));
  return new MegaPairsError(code, `Cannot ${doing} ${path}: ${why}`, {
    cause: error,
    ...(system === undefined ? {} : { details: { system } }),
  });
}
