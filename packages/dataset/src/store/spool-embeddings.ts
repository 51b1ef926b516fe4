import { open } from "node:fs/promises";

import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingRecord, VectorSource } from "@megapairs/spec";

import { narrowFloat16 } from "../npy/narrow-float16.ts";
import { encodeNpyHeader, NPY_HEADER_BYTES } from "../npy/npy-header.ts";
import { openNpy } from "../npy/open-npy.ts";
import type { LanceStore } from "./lance-store.ts";
import { takeSnapshot } from "./snapshot.ts";

/** Options of {@link RunDatabase.spoolEmbeddings}. */
export interface SpoolEmbeddingsOptions {
  /** Is created or replaced; the caller's to delete. */
  readonly file: string;
  /** `float16` halves the file and what is read of it, to 3 digits; `float32` by default. */
  readonly dataType?: VectorSource["dataType"] | undefined;
}

/** Embeddings in a file. */
export interface SpooledEmbeddings extends VectorSource {
  /** Closes the file. */
  close(): Promise<void>;
}

/** Writes all rows of an embedding table to a file, ids ascending; of an id stored twice, one. */
export async function spoolEmbeddings(
  store: LanceStore,
  table: string,
  { file, dataType = "float32" }: SpoolEmbeddingsOptions,
): Promise<SpooledEmbeddings> {
  const snapshot = await takeSnapshot(store);
  const stored = new Set<string>();
  for await (const rows of snapshot.scan<Omit<EmbeddingRecord, "vector">>(table, ["imageId"])) {
    for (const row of rows) stored.add(row.imageId);
  }
  const ids = [...stored].toSorted();
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const handle = await open(file, "w").catch((error: unknown) => unwritable(file, error));
  let dimensions = 0;
  try {
    for await (const rows of snapshot.scan<EmbeddingRecord>(table, ["imageId", "vector"])) {
      for (const { imageId, vector } of rows) {
        dimensions = vector.length;
        const values = dataType === "float32" ? vector : Uint16Array.from(vector, narrowFloat16);
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        const at = NPY_HEADER_BYTES + (placeOf.get(imageId) ?? 0) * bytes.length;
        await handle.write(bytes, 0, bytes.length, at);
      }
    }
    await handle.write(encodeNpyHeader(ids.length, dimensions, dataType), 0, undefined, 0);
  } catch (error) {
    if (MegaPairsError.isInstance(error)) throw error;
    unwritable(file, error);
  } finally {
    await handle.close();
  }
  const npy = await openNpy(file);
  return {
    ids,
    dimensions,
    dataType,
    read: (start, end) => npy.read(start, end),
    close: () => npy.close(),
  };
}

function unwritable(file: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new MegaPairsError("unavailable", `cannot write ${file}: ${reason}`, { cause });
}
