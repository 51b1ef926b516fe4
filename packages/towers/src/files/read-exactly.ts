import type { FileHandle } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";

/** Node reads at most 2 GiB at once. */
const MOST_BYTES = 2 ** 30;

/** Fills `target` with the bytes of a file from `position` on; `corrupt-data` where it ends before. */
export async function readExactly(
  handle: FileHandle,
  file: string,
  target: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < target.length;) {
    const most = Math.min(target.length - done, MOST_BYTES);
    const { bytesRead } = await handle.read(target, done, most, position + done);
    if (bytesRead === 0) {
      throw new MegaPairsError(
        "corrupt-data",
        `${file} ends at byte ${position + done}, expected ${position + target.length} bytes`,
      );
    }
    done += bytesRead;
  }
}
