import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { MegaPairsError } from "@megapairs/spec";

/**
 * Makes the folder of a file that is written much later. `invalid-argument`, before anything is spent,
 * where that cannot be or a folder is in its place.
 */
export async function prepareOutputFile(file: string): Promise<void> {
  await makeDirectory(dirname(file));
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  throw new MegaPairsError("invalid-argument", `${file} is a folder, expected the name of a file.`);
}

/** Makes a folder where there is none. `invalid-argument` where that cannot be. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    const message = `Cannot make the folder ${directory}: ${reasonOf(cause)}. Choose another one.`;
    throw new MegaPairsError("invalid-argument", message, { cause });
  }
}

/**
 * Writes a file that appears whole or not at all, also when others write it at the same time. Errors
 * of ours that `data` throws stay as they are.
 */
export async function writeOutputFile(
  file: string,
  data: string | Uint8Array | Generator<string>,
): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeFile(partial, data);
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    if (MegaPairsError.isInstance(cause)) throw cause;
    throw new MegaPairsError("invalid-argument", `Cannot write ${file}: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
