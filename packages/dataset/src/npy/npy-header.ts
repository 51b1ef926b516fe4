import { MegaPairsError } from "@megapairs/spec";

/** What the header of a two-dimensional `.npy` file says. */
export interface NpyHeader {
  readonly dtype: "float32" | "float16";
  readonly rows: number;
  readonly columns: number;
  /** Byte offset of the first element. */
  readonly dataOffset: number;
}

/** Bytes of the headers that we write: room for any number of rows, a multiple of 64 as numpy's. */
export const NPY_HEADER_BYTES = 128;

/** Longest header that is read: numpy's own limit for untrusted files. */
export const MAX_NPY_HEADER_BYTES = 10_000;

const MAGIC = Buffer.from("\u0093NUMPY", "latin1");
const DTYPES: Readonly<Record<string, NpyHeader["dtype"]>> = { "<f4": "float32", "<f2": "float16" };

/** The header of a matrix in C order, format version 1.0, {@link NPY_HEADER_BYTES} long. */
export function encodeNpyHeader(
  rows: number,
  columns: number,
  dtype: NpyHeader["dtype"] = "float32",
): Uint8Array {
  const descr = dtype === "float32" ? "<f4" : "<f2";
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const text = dictionary.padEnd(NPY_HEADER_BYTES - 11);
  const version = Buffer.from([1, 0, text.length + 1, 0]);
  return Buffer.concat([MAGIC, version, Buffer.from(`${text}\n`, "latin1")]);
}

/**
 * Reads a header of format version 1, 2 or 3 from the start of a file. Throws `corrupt-data` on
 * what is no `.npy`, `unsupported` on other than a little-endian float16 or float32 matrix in C
 * order.
 */
export function parseNpyHeader(start: Uint8Array, name: string): NpyHeader {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const version = bytes[6] ?? 0;
  if (bytes.length < 12 || !bytes.subarray(0, 6).equals(MAGIC) || version < 1 || version > 3) {
    throw new MegaPairsError("corrupt-data", `${name} is no .npy file of format version 1 to 3`);
  }
  const textOffset = version === 1 ? 10 : 12;
  const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const dataOffset = textOffset + length;
  if (dataOffset > bytes.length) {
    throw new MegaPairsError(
      "corrupt-data",
      `${name} has a header of ${length} bytes, expected at most ${bytes.length - textOffset}`,
    );
  }
  const text = bytes.toString("latin1", textOffset, dataOffset);
  const descr = /'descr': '([^']*)'/u.exec(text)?.[1] ?? "";
  const shape = /'shape': \((\d+), (\d+)\)/u.exec(text);
  const dtype = DTYPES[descr];
  if (dtype === undefined || shape === null || !text.includes("'fortran_order': False")) {
    throw new MegaPairsError(
      "unsupported",
      `${name} has the header ${text.trim()}, expected a <f4 or <f2 matrix in C order`,
    );
  }
  return { dtype, rows: Number(shape[1]), columns: Number(shape[2]), dataOffset };
}
