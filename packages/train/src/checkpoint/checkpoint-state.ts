import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonValue } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import type { LoaderPosition } from "../data/loader-position.ts";

/** What a checkpoint's `state.json` says. */
export interface CheckpointState {
  readonly format: 1;
  /** Steps done. */
  readonly step: number;
  /** Where the loader goes on. */
  readonly position: LoaderPosition;
  /** All that decides the weights: model, data, settings, seeds. A run goes on under the same only. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  /** SHA-256 of the files beside it. */
  readonly digests: Readonly<Record<string, string>>;
}

const schema: z.ZodType<CheckpointState> = z.object({
  format: z.literal(1),
  step: z.int().positive(),
  position: z.object({ epoch: z.int().nonnegative(), offset: z.int().nonnegative() }),
  facts: z.record(z.string(), z.json()),
  digests: z.record(z.string(), z.string()),
});

/** Reads `state.json`. Rejects with `corrupt-data` where there is none or it is something else. */
export async function readCheckpointState(folder: string): Promise<CheckpointState> {
  const file = join(folder, "state.json");
  try {
    return schema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new MegaPairsError("corrupt-data", `${file} is no state of a checkpoint`, { cause });
  }
}
