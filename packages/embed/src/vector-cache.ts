import { constants, mkdir, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { MegaPairsError } from "@megapairs/spec";
import type { EncoderV1 } from "@megapairs/spec";

/** Where a cache is and whose vectors it holds. */
export interface VectorCacheSettings {
  /** Made if it is not there. One process at a time may write. */
  readonly directory: string;
  /** One file for each fingerprint: another model never meets these vectors. */
  readonly encoder: Pick<EncoderV1, "fingerprint" | "dimensions">;
}

/** A vector and the key that it is kept under: SHA-256, lower-case hex. */
export interface CachedVector {
  readonly key: string;
  readonly vector: Float32Array;
}

/** Vectors of one encoder on disk, by key. */
export interface VectorCache {
  /** Keys held. */
  readonly size: number;
  /** Whether a key is held. */
  has(key: string): boolean;
  /**
   * Copies vectors into row-major `[keys.length, dimensions]`.
   *
   * @returns Positions of the keys that are not held, ascending; their rows are left as they are.
   */
  fill(keys: readonly string[], into: Float32Array): Promise<readonly number[]>;
  /** Keeps vectors; they are on disk when it resolves. Calls are done one after the other. */
  append(vectors: readonly CachedVector[]): Promise<void>;
  close(): Promise<void>;
}

const KEY_BYTES = 32;
const CHECK_BYTES = 4;
const RECORDS_AT_A_TIME = 2048;

/**
 * Opens the vectors that an encoder gave before: an append-only file of fixed records, key, float32 values
 * and a CRC-32. Memory: the keys, and one block of records while it reads. A record that a killed
 * process left unfinished is cut off; one that does not fit its checksum is not held.
 *
 * Rejects with `invalid-argument` where the directory cannot be used. The byte order is the machine's.
 */
export async function openVectorCache({
  directory,
  encoder: { fingerprint, dimensions },
}: VectorCacheSettings): Promise<VectorCache> {
  const recordBytes = KEY_BYTES + 4 * dimensions + CHECK_BYTES;
  const file = await openFile(directory, join(directory, `${fingerprint}-${dimensions}.vectors`));
  const records = new Map<string, number>();
  let count = Math.floor((await file.stat()).size / recordBytes);
  await file.truncate(count * recordBytes);
  for (let start = 0; start < count; start += RECORDS_AT_A_TIME) {
    const block = await readBlock(start);
    for (let index = 0; index < block.length / recordBytes; index += 1) {
      const record = block.subarray(index * recordBytes, (index + 1) * recordBytes);
      if (record.readUInt32LE(recordBytes - CHECK_BYTES) !== checkOf(record)) continue;
      records.set(record.toString("hex", 0, KEY_BYTES), start + index);
    }
  }
  let writing: Promise<unknown> = Promise.resolve();

  return {
    get size() {
      return records.size;
    },
    has: (key) => records.has(key),
    async fill(keys, into) {
      const absent: number[] = [];
      const wanted: { readonly record: number; readonly row: number }[] = [];
      for (const [row, key] of keys.entries()) {
        const record = records.get(key);
        if (record === undefined) absent.push(row);
        else wanted.push({ record, row });
      }
      wanted.sort((one, other) => one.record - other.record);
      let start = -Infinity;
      let block = Buffer.alloc(0);
      for (const { record, row } of wanted) {
        if (record >= start + RECORDS_AT_A_TIME) {
          start = record;
          block = await readBlock(start);
        }
        const offset = (record - start) * recordBytes + KEY_BYTES;
        const bytes = block.subarray(offset, offset + 4 * dimensions);
        Buffer.from(into.buffer, into.byteOffset + 4 * row * dimensions, 4 * dimensions).set(bytes);
      }
      return absent;
    },
    async append(vectors) {
      const work = afterOthers(async () => {
        const block = Buffer.alloc(vectors.length * recordBytes);
        for (const [index, { key, vector }] of vectors.entries()) {
          const record = block.subarray(index * recordBytes, (index + 1) * recordBytes);
          record.write(key, 0, KEY_BYTES, "hex");
          record.set(new Uint8Array(vector.buffer, vector.byteOffset, 4 * dimensions), KEY_BYTES);
          record.writeUInt32LE(checkOf(record), recordBytes - CHECK_BYTES);
        }
        await file.write(block, 0, block.length, count * recordBytes);
        for (const [index, { key }] of vectors.entries()) records.set(key, count + index);
        count += vectors.length;
      });
      writing = work.catch(() => undefined);
      await work;
    },
    async close() {
      await writing;
      await file.close();
    },
  };

  async function afterOthers(work: () => Promise<void>): Promise<void> {
    await writing;
    await work();
  }

  async function readBlock(start: number): Promise<Buffer<ArrayBuffer>> {
    const bytes = Math.min(RECORDS_AT_A_TIME, count - start) * recordBytes;
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(bytes),
      0,
      bytes,
      start * recordBytes,
    );
    return buffer.subarray(0, bytesRead - (bytesRead % recordBytes));
  }

  function checkOf(record: Buffer): number {
    return crc32(record.subarray(0, recordBytes - CHECK_BYTES));
  }
}

async function openFile(directory: string, path: string): Promise<FileHandle> {
  try {
    await mkdir(directory, { recursive: true });
    return await open(path, constants.O_RDWR | constants.O_CREAT);
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `Cannot keep vectors in ${directory}.`, { cause });
  }
}
