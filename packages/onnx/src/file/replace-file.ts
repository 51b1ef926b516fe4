import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { MegaPairsError } from "@megapairs/spec";

/**
 * Replaces a file whole by some bytes, one after the other: after a kill or power cut at any moment,
 * `path` holds what it held or the new. Writes beside it, syncs, renames, syncs the directory. One
 * writer at a time. `invalid-argument` naming the path where it cannot be written.
 */
export async function replaceFile(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new MegaPairsError("invalid-argument", `cannot write the file ${path}`, { cause });
  }
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return; // directories cannot be opened there
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
