import { open, readdir } from "node:fs/promises";
import path from "node:path";

/** Waits until the disk has every file under a directory, and the directories themselves. */
export async function syncDirectory(directory: string): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries) {
    const child = path.join(directory, entry.name);
    if (entry.isDirectory()) await syncDirectory(child);
    else if (entry.isFile()) await syncFile(child);
  }
  await syncFile(directory);
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
