import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";

/** Which part of which file to read. */
export interface ReadFileWithinOptions {
  /** Folder that the file must be in, links resolved. */
  readonly root: string;
  /** Path below it. */
  readonly file: string;
  /** A larger file rejects. */
  readonly maxBytes: number;
}

/**
 * Reads a file that must lie in a folder. Rejects with `corrupt-data` when it is missing, no
 * regular file, larger than `maxBytes`, or reached by a link that leaves the folder.
 */
export async function readFileWithin(options: ReadFileWithinOptions): Promise<Uint8Array> {
  const { root, file, maxBytes } = options;
  try {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(path.join(root, file))]);
    if (!isWithin(realRoot, real)) throw corrupt(file, `leads out of the folder, to ${real}`);
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw corrupt(file, "is not a regular file");
      if (stats.size > maxBytes) {
        throw corrupt(file, `has ${stats.size} bytes, expected at most ${maxBytes}`);
      }
      const bytes = new Uint8Array(stats.size);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled);
        if (bytesRead === 0) throw corrupt(file, "was cut while it was read");
        filled += bytesRead;
      }
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (MegaPairsError.isInstance(error)) throw error;
    throw corrupt(file, error instanceof Error ? error.message : String(error), error);
  }
}

/** True when a path is below a folder; both absolute, links resolved. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function corrupt(file: string, problem: string, cause?: unknown): MegaPairsError {
  return new MegaPairsError("corrupt-data", `${file}: ${problem}`, { cause });
}
