import { MegaPairsError } from "@megapairs/spec";
import type { MegaPairsErrorCode } from "@megapairs/spec";
import { stageGroupNames, stageGroups } from "./stage-groups.ts";
import type { StageGroup } from "./stage-groups.ts";

/** Exit codes of the command, as its help prints them. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  unsupported: 3,
  corruptData: 4,
  backend: 5,
  disk: 6,
  diverged: 7,
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

const FULL = /ENOSPC|EDQUOT|no space left|disk quota/i;
const DISK = /ENOSPC|EDQUOT|EROFS|no space left|read-only file system|disk quota/i;

function* causes(error: unknown): Generator<Error> {
  for (let one = error; one instanceof Error; one = one.cause) yield one;
}

/** The error of a disk of this machine: a server's that is full comes with the status of its answer. */
function diskError(chain: readonly Error[]): Error | undefined {
  const isAnswer = chain.some((one) => MegaPairsError.isInstance(one) && "status" in one.details);
  return isAnswer ? undefined : chain.find(({ message }) => DISK.test(message));
}

/** The exit code that stands for an error. */
export function exitCodeOf(error: unknown): number {
  const chain = [...causes(error)];
  if (chain.some(({ name }) => name === "AbortError")) return exitCodes.interrupted;
  if (diskError(chain) !== undefined) return exitCodes.disk;
  if (isDivergence(error)) return exitCodes.diverged;
  return MegaPairsError.isInstance(error) ? BY_CODE[error.code] : exitCodes.unexpected;
}

/** Whether a step of training gave numbers that are not finite. */
export function isDivergence(error: unknown): boolean {
  return (
    MegaPairsError.isInstance(error) &&
    error.code === "invalid-output" &&
    error.details["step"] !== undefined
  );
}

/** One line for people: the message, what the disk said where it is at fault, and what to do. */
export function explainError(error: unknown): string {
  const chain = [...causes(error)];
  const line = chain[0]?.message.split("\n")[0] ?? String(error);
  const disk = diskError(chain);
  if (disk !== undefined) {
    const state = FULL.test(disk.message) ? "no space left on the disk" : "the disk is read-only";
    return `${line} (${state}). Make room or choose another --out; the same command goes on.`;
  }
  const group = MegaPairsError.isInstance(error) ? groupOf(error.details["stage"]) : undefined;
  return group === undefined ? line : `${line}: --redo ${group}.`;
}

/** The name that `--redo` takes for a stage that was made with other settings. */
function groupOf(stage: unknown): StageGroup | undefined {
  return stageGroupNames.find((name) => stageGroups[name].some((one) => one === stage));
}
