import type { FileHandle } from "node:fs/promises";
import { countElements } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { replaceFile } from "../files/replace-file.ts";
import { writeExactly } from "../files/write-exactly.ts";
import type { Weight, Weights } from "../tower-model.ts";
import { sortedByName } from "../sorted-by-name.ts";
import { toBfloat16, toFloat16 } from "./float-to-half.ts";

/** Elements of half floats turned at a time. */
const CHUNK = 2 ** 20;

const HALVES = { F16: toFloat16, BF16: toBfloat16 } as const;

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions {
  /** Facts about the file, for whoever reads it. transformers asks for `{ format: "pt" }`. Default none. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * How to keep the numbers: half floats are rounded to the nearest, ties to even; in F16 what is
   * above 65,504 becomes infinite. Default F32.
   */
  readonly dataType?: "F32" | "F16" | "BF16" | undefined;
}

/**
 * Writes weights as one safetensors file, byte for byte as the format's own writer does: by name,
 * the header padded to 8 bytes. Tensors are written from where they lie, with no second copy; the
 * arrays must not change meanwhile. An existing file is replaced in one move.
 *
 * Rejects with `invalid-argument` where a weight's data does not fit its dims, or is called
 * `__metadata__` or `__proto__`.
 */
export async function writeSafetensors(
  file: string,
  weights: Weights,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  const { metadata = {}, dataType = "F32" } = options;
  const sorted = [...sortedByName(weights)];
  for (const [name, weight] of sorted) check(name, weight);
  const header = headerOf(sorted, metadata, dataType);
  await replaceFile(file, async (handle) => {
    await writeExactly(handle, header);
    for (const [, { data }] of sorted) {
      if (dataType === "F32") {
        const { buffer, byteOffset, byteLength } = data;
        await writeExactly(handle, new Uint8Array(buffer, byteOffset, byteLength));
      } else await writeHalves(handle, data, HALVES[dataType]);
    }
  });
}

function check(name: string, { dims, data }: Weight): void {
  if (countElements(dims) !== data.length || name === "__metadata__" || name === "__proto__") {
    throw new MegaPairsError(
      "invalid-argument",
      `the weight "${name}" has dims [${dims.join(", ")}] and ${data.length} elements, expected ` +
        `${countElements(dims)} and a name other than __metadata__ and __proto__`,
    );
  }
}

function headerOf(
  weights: readonly (readonly [string, Weight])[],
  metadata: Readonly<Record<string, string>>,
  dataType: string,
): Uint8Array {
  const entries = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata] as const];
  const bytesPerElement = dataType === "F32" ? 4 : 2;
  let offset = 0;
  const tensors = weights.map(([name, { dims, data }]) => {
    const from = offset;
    offset += data.length * bytesPerElement;
    return [name, { dtype: dataType, shape: dims, data_offsets: [from, offset] }] as const;
  });
  const members = [...entries, ...tensors].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const json = new TextEncoder().encode(`{${members.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(32);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

async function writeHalves(
  handle: FileHandle,
  data: Float32Array,
  toHalves: (values: Float32Array, into: Uint16Array) => void,
): Promise<void> {
  const halves = new Uint16Array(Math.min(CHUNK, data.length));
  for (let done = 0; done < data.length; done += CHUNK) {
    const values = data.subarray(done, done + CHUNK);
    toHalves(values, halves);
    await writeExactly(handle, new Uint8Array(halves.buffer, 0, 2 * values.length));
  }
}
