import { closeSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import type { NearDuplicateRecord, Neighbour, NeighbourRecord } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

/** Words of four bytes that are written or read at a time. */
const WORDS = 2 ** 20;

/**
 * Writes neighbour records compactly, in their order: little-endian 32-bit words, the place of the
 * query among the ids, the number of neighbours, then for each its place and its score as float32.
 */
export async function writeNeighbours(
  file: string,
  records: Iterable<NeighbourRecord>,
  placeOf: (id: string) => number,
): Promise<void> {
  const writer = await openWords(file);
  try {
    for (const { queryId, neighbours } of records) {
      await writer.reserve(2 + 2 * neighbours.length);
      writer.integer(placeOf(queryId));
      writer.integer(neighbours.length);
      for (const { id, score } of neighbours) {
        writer.integer(placeOf(id));
        writer.float(score);
      }
    }
  } finally {
    await writer.close();
  }
}

/** Reads them again. `corrupt-data` where the file ends within a record or names no id. */
export function* readNeighbours(
  file: string,
  relation: string,
  ids: readonly string[],
): Generator<NeighbourRecord> {
  for (const words of recordsOf(file, 2, 2)) {
    const neighbours: Neighbour[] = [];
    for (let at = 2; at < words.byteLength / 4; at += 2) {
      const score = words.getFloat32(4 * at + 4, true);
      neighbours.push({ id: idAt(file, ids, words, at), score, rank: neighbours.length + 1 });
    }
    yield { queryId: idAt(file, ids, words, 0), relation, neighbours };
  }
}

/** Likewise: the place of the image, how many are listed, their total, then the places listed. */
export async function writeNearDuplicates(
  file: string,
  records: Iterable<NearDuplicateRecord>,
  placeOf: (id: string) => number,
): Promise<void> {
  const writer = await openWords(file);
  try {
    for (const { imageId, nearDuplicateIds, total } of records) {
      await writer.reserve(3 + nearDuplicateIds.length);
      writer.integer(placeOf(imageId));
      writer.integer(nearDuplicateIds.length);
      writer.integer(total);
      for (const id of nearDuplicateIds) writer.integer(placeOf(id));
    }
  } finally {
    await writer.close();
  }
}

/** Reads them again, as {@link readNeighbours}. */
export function* readNearDuplicates(
  file: string,
  relation: string,
  ids: readonly string[],
): Generator<NearDuplicateRecord> {
  for (const words of recordsOf(file, 3, 1)) {
    const nearDuplicateIds: string[] = [];
    for (let at = 3; at < words.byteLength / 4; at += 1) {
      nearDuplicateIds.push(idAt(file, ids, words, at));
    }
    const imageId = idAt(file, ids, words, 0);
    yield { imageId, relation, nearDuplicateIds, total: words.getUint32(8, true) };
  }
}

interface WordWriter {
  /** Makes room for so many words. */
  reserve(words: number): Promise<void>;
  integer(value: number): void;
  float(value: number): void;
  close(): Promise<void>;
}

async function openWords(file: string): Promise<WordWriter> {
  const handle = await open(file, "w");
  let view = new DataView(new ArrayBuffer(4 * WORDS));
  let used = 0;
  const flush = async (): Promise<void> => {
    await handle.appendFile(new Uint8Array(view.buffer, 0, used));
    used = 0;
  };
  return {
    async reserve(words) {
      if (used + 4 * words > view.byteLength) await flush();
      if (4 * words > view.byteLength) view = new DataView(new ArrayBuffer(4 * words));
    },
    integer(value) {
      view.setUint32(used, value, true);
      used += 4;
    },
    float(value) {
      view.setFloat32(used, value, true);
      used += 4;
    },
    async close() {
      try {
        await flush();
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

/** Records of `head` words, the second of which counts items of `item` words that follow. */
function* recordsOf(file: string, head: number, item: number): Generator<DataView> {
  const descriptor = openSync(file, "r");
  let buffer = Buffer.alloc(0);
  try {
    for (;;) {
      const needed =
        buffer.length < 4 * head ? 4 * head : 4 * (head + item * buffer.readUInt32LE(4));
      if (buffer.length >= needed) {
        yield new DataView(buffer.buffer, buffer.byteOffset, needed);
        buffer = buffer.subarray(needed);
        continue;
      }
      const chunk = Buffer.alloc(Math.max(4 * WORDS, needed));
      const read = readSync(descriptor, chunk);
      if (read === 0 && buffer.length === 0) return;
      if (read === 0) throw new MegaPairsError("corrupt-data", `${file} ends within a record.`);
      buffer = Buffer.concat([buffer, chunk.subarray(0, read)]);
    }
  } finally {
    closeSync(descriptor);
  }
}

function idAt(file: string, ids: readonly string[], words: DataView, at: number): string {
  const place = words.getUint32(4 * at, true);
  const id = ids[place];
  if (id !== undefined) return id;
  throw new MegaPairsError(
    "corrupt-data",
    `${file} names image ${place} of ${ids.length}: remove it to join again.`,
  );
}
