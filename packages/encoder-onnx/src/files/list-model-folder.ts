import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Paths of the files where a model's can be, in a folder and in `onnx` in it, relative to the first,
 * with `/`, sorted. Nothing else is walked: a folder given by mistake may be a whole disk.
 */
export async function listModelFolder(folder: string): Promise<readonly string[]> {
  const parts = await Promise.all(["", "onnx/"].map((below) => listFiles(folder, below)));
  return parts.flat().toSorted();
}

async function listFiles(folder: string, below: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => `${below}${name}`);
}
