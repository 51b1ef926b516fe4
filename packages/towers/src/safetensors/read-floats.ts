import type { FileHandle } from "node:fs/promises";
import { float16ToFloat32 } from "@megapairs/onnx";
import { readExactly } from "../files/read-exactly.ts";
import type { SafetensorsEntry } from "./safetensors-header.ts";

/** Elements of half floats turned at a time. */
const CHUNK = 2 ** 20;

/** Data types that {@link readFloats} reads. */
export const FLOATS: ReadonlySet<string> = new Set(["F32", "F16", "BF16"]);

/** Reads the data of a tensor in float32, straight into its array; half floats by pieces. */
export async function readFloats(
  handle: FileHandle,
  file: string,
  { dataType, offset, length }: SafetensorsEntry,
  shared: boolean,
): Promise<Float32Array> {
  const isWhole = dataType === "F32";
  const bytes = isWhole ? length : 2 * length;
  const data = new Float32Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  if (isWhole) {
    await readExactly(handle, file, new Uint8Array(data.buffer), offset);
    return data;
  }
  const halves = new Uint16Array(Math.min(CHUNK, data.length));
  for (let done = 0; done < data.length; done += halves.length) {
    const part = halves.subarray(0, Math.min(halves.length, data.length - done));
    const raw = new Uint8Array(part.buffer, 0, part.byteLength);
    await readExactly(handle, file, raw, offset + 2 * done);
    if (dataType === "F16") data.set(float16ToFloat32(part), done);
    else fromBfloat16(part, new Uint32Array(data.buffer, 4 * done, part.length));
  }
  return data;
}

/** bfloat16 bits to float32 bits: their upper half. */
function fromBfloat16(halves: Uint16Array, into: Uint32Array): void {
  for (let index = 0; index < halves.length; index += 1) into[index] = (halves[index] ?? 0) << 16;
}
