import type { FileHandle } from "node:fs/promises";

/** Node writes at most 2 GiB at once. */
const MOST_BYTES = 2 ** 30;

/** Appends all of these bytes to a file. */
export async function writeExactly(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const most = Math.min(bytes.length - done, MOST_BYTES);
    const { bytesWritten } = await handle.write(bytes, done, most);
    done += bytesWritten;
  }
}
