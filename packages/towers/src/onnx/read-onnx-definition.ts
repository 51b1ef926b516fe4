import { open, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { bytesPerElement, countElements, createOnnxTensor, decodeOnnxModel } from "@megapairs/onnx";
import type {
  OnnxDataByType,
  OnnxDataType,
  OnnxInitializerDefinition,
  OnnxModelDefinition,
  OnnxTensor,
} from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { readExactly } from "../files/read-exactly.ts";

/**
 * The model in an `.onnx` file. Initializers in other files stay references, which
 * {@link readExternalData} follows.
 *
 * Rejects with `invalid-argument` where the file cannot be read, `corrupt-data` where it is none.
 */
export async function readOnnxDefinition(file: string): Promise<OnnxModelDefinition> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new MegaPairsError("invalid-argument", `cannot read the model file ${file}`, { cause });
  });
  return decodeOnnxModel(bytes);
}

/** An initializer with its data. */
export type NamedTensor = OnnxTensor & { readonly name: string };

/** An initializer that lies in another file. */
type ExternalInitializer = Extract<OnnxInitializerDefinition, { external: unknown }>;

/** What makes an array of bytes in a buffer of their own. */
const ARRAYS: {
  readonly [T in Exclude<OnnxDataType, "string">]: (buffer: ArrayBuffer) => OnnxDataByType[T];
} = {
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
  float16: (buffer) => new Uint16Array(buffer),
  bfloat16: (buffer) => new Uint16Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint64: (buffer) => new BigUint64Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
};

/**
 * An initializer with its data, from the file beside `file` that it lies in. Rejects with
 * `corrupt-data` where that is outside the folder, too short, or of another length than it says.
 */
export async function readExternalData(
  file: string,
  { name, dataType, dims, external }: ExternalInitializer,
): Promise<NamedTensor> {
  const path = normalize(external.location);
  const bytes = countElements(dims) * bytesPerElement(dataType);
  if (isAbsolute(path) || path.startsWith("..") || dataType === "string") {
    throw new MegaPairsError(
      "corrupt-data",
      `${file} has "${name}" in "${external.location}", expected a file in its own folder`,
    );
  }
  if (external.length !== undefined && external.length !== bytes) {
    throw new MegaPairsError(
      "corrupt-data",
      `${file} says that "${name}" of ${dataType} [${dims.join(", ")}] has ${external.length} bytes, expected ${bytes}`,
    );
  }
  const beside = join(dirname(file), path);
  const handle = await open(beside, "r").catch((cause: unknown) => {
    throw new MegaPairsError("invalid-argument", `cannot read the file ${beside}`, { cause });
  });
  try {
    const { size } = await handle.stat();
    if (external.offset + bytes > size) {
      throw new MegaPairsError(
        "corrupt-data",
        `${beside} has ${size} bytes, expected ${external.offset + bytes} for "${name}"`,
      );
    }
    const buffer = new ArrayBuffer(bytes);
    await readExactly(handle, beside, new Uint8Array(buffer), external.offset);
    return { name, ...createOnnxTensor(dataType, ARRAYS[dataType](buffer), dims) };
  } finally {
    await handle.close();
  }
}
