import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";
import { parseSafetensorsHeader } from "./parse-safetensors-header.ts";
import { readShardIndex } from "./read-shard-index.ts";
import type { SafetensorsEntry, SafetensorsHeader } from "./safetensors-header.ts";
import { readExactly } from "../files/read-exactly.ts";

/** The format's own limit, bytes. */
const LONGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;

/**
 * Names, data types and shapes of the tensors in a `.safetensors` file, or in those that a
 * `.safetensors.index.json` lists, and the (first) file's metadata, without reading data.
 *
 * Rejects with `invalid-argument` where a file cannot be read, `corrupt-data` where it is none.
 */
export async function readSafetensorsHeader(file: string): Promise<SafetensorsHeader> {
  if (!file.endsWith(".index.json")) return headerOfOne(file);
  const tensors: SafetensorsEntry[] = [];
  let metadata: SafetensorsHeader["metadata"] | undefined;
  for (const [shard, names] of await readShardIndex(file)) {
    const header = await headerOfOne(shard);
    tensors.push(...header.tensors.filter(({ name }) => names.has(name)));
    metadata ??= header.metadata;
  }
  return { tensors, metadata: metadata ?? {} };
}

function headerOfOne(file: string): Promise<SafetensorsHeader> {
  return withSafetensors(file, (_handle, header) => Promise.resolve(header));
}

/** Opens a safetensors file, reads its header, does `work` and closes the file. */
export async function withSafetensors<Result>(
  file: string,
  work: (handle: FileHandle, header: SafetensorsHeader) => Promise<Result>,
): Promise<Result> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `cannot read the file ${file}`, { cause });
  }
  try {
    return await work(handle, await headerOf(handle, file));
  } finally {
    await handle.close();
  }
}

async function headerOf(handle: FileHandle, file: string): Promise<SafetensorsHeader> {
  const { size } = await handle.stat();
  const prefix = new Uint8Array(LENGTH_BYTES);
  if (size >= LENGTH_BYTES) await readExactly(handle, file, prefix, 0);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  const most = Math.min(size - LENGTH_BYTES, LONGEST_HEADER);
  if (length > most || length < 2) {
    throw new MegaPairsError(
      "corrupt-data",
      `${file} is no safetensors file: of ${size} bytes, ${length} are said to be its header, expected 2 to ${Math.max(most, 2)}`,
    );
  }
  const json = new Uint8Array(length);
  await readExactly(handle, file, json, LENGTH_BYTES);
  return parseSafetensorsHeader(file, json, LENGTH_BYTES + length, size);
}
