import { mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { VectorScratch } from "@megapairs/spec";

/** Settings of {@link createVectorScratch}. */
export interface VectorScratchSettings {
  /** A directory on a local disk with room for the vectors. */
  readonly folder: string;
}

/**
 * Room for vectors in files of a directory of its own below `folder`, which is gone once they are
 * closed. `unavailable` where it cannot be written or read.
 */
export function createVectorScratch({ folder }: VectorScratchSettings): VectorScratch {
  return {
    async open({ dimensions, dataType }) {
      const bytesPerRow = dimensions * (dataType === "float32" ? 4 : 2);
      const own = await mkdtemp(join(folder, "megapairs-vectors-")).catch(failed);
      const handle = await open(join(own, "vectors"), "w+").catch(failed);
      return {
        async write(row, { buffer, byteOffset, byteLength }) {
          const bytes = new Uint8Array(buffer, byteOffset, byteLength);
          await handle.write(bytes, 0, byteLength, row * bytesPerRow).catch(failed);
        },
        async read(start, end) {
          const values = (end - start) * dimensions;
          const rows = dataType === "float32" ? new Float32Array(values) : new Uint16Array(values);
          const bytes = new Uint8Array(rows.buffer);
          for (let filled = 0; filled < bytes.length;) {
            const length = Math.min(bytes.length - filled, 2 ** 30);
            const at = start * bytesPerRow + filled;
            const { bytesRead } = await handle.read(bytes, filled, length, at).catch(failed);
            if (bytesRead === 0) failed(new Error(`rows ${start} to ${end} were not written`));
            filled += bytesRead;
          }
          return rows;
        },
        async close() {
          await handle.close();
          await rm(own, { recursive: true, force: true });
        },
      };
    },
  };

  function failed(cause: unknown): never {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MegaPairsError("unavailable", `cannot keep vectors in ${folder}: ${reason}`, {
      cause,
    });
  }
}
