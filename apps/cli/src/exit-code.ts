import { MegaPairsError } from "@megapairs/spec";
import type { MegaPairsErrorCode } from "@megapairs/spec";

/** Exit codes of the command, as its help prints them. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  unsupported: 3,
  corruptData: 4,
  backend: 5,
  disk: 6,
  interrupted: 130,
} as const;

const BY_CODE: Readonly<Record<MegaPairsErrorCode, number>> = {
  "invalid-argument": exitCodes.usage,
  unsupported: exitCodes.unsupported,
  "corrupt-data": exitCodes.corruptData,
  rejected: exitCodes.backend,
  overloaded: exitCodes.backend,
  unavailable: exitCodes.backend,
  "invalid-output": exitCodes.backend,
};

const DISK = /ENOSPC|EDQUOT|EROFS|no space left|read-only file system|disk quota/i;

function* causes(error: unknown): Generator<Error> {
  for (let one = error; one instanceof Error; one = one.cause) yield one;
}

/** The exit code that stands for an error. */
export function exitCodeOf(error: unknown): number {
  const chain = [...causes(error)];
  if (chain.some(({ name }) => name === "AbortError")) return exitCodes.interrupted;
  if (chain.some(({ message }) => DISK.test(message))) return exitCodes.disk;
  return MegaPairsError.isInstance(error) ? BY_CODE[error.code] : exitCodes.unexpected;
}

/** One line for people: the message, and the disk's own words where a cause has them. */
export function explainError(error: unknown): string {
  const chain = [...causes(error)];
  const [first] = chain;
  if (first === undefined) return String(error);
  const disk = chain.find(({ message }) => DISK.test(message));
  const remedy = "Free some space or choose another --out, then run the same command to go on.";
  const line = first.message.split("\n")[0] ?? "";
  return disk === undefined
    ? line
    : `${line} (${/ENOSPC|no space/i.test(disk.message) ? "no space left on the disk" : "the disk cannot be written"}). ${remedy}`;
}
