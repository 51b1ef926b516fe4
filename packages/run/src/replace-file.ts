import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file whole: after a kill or power cut at any moment, `path` holds the old text or the
 * new. Writes beside it, syncs, renames, syncs the directory. One writer at a time.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
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
