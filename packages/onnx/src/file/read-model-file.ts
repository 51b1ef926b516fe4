import { readFile } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";

/** Bytes of a model file; `invalid-argument` naming the path where it cannot be read. */
export async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `cannot read the model file ${path}`, { cause });
  }
}
