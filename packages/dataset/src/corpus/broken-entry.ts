import { MegaPairsError } from "@megapairs/spec";
import type { CorpusEntry } from "@megapairs/spec";

/** An entry that stands for something unusable: its read rejects with `corrupt-data`. */
export function brokenEntry(path: string, reason: string): CorpusEntry {
  return {
    path,
    read: () => Promise.reject(new MegaPairsError("corrupt-data", `${path}: ${reason}`)),
  };
}
