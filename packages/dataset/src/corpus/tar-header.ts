/** The 512-byte header of one tar member. */
export interface TarHeader {
  readonly name: string;
  /** One character: `0` file, `5` folder, `x` extended header, `L` long name, … */
  readonly type: string;
  /** Bytes of data that follow. */
  readonly size: number;
}

/** Bytes of a tar block: headers are one, data is padded to whole ones. */
export const TAR_BLOCK = 512;

/**
 * Reads a header block (POSIX ustar, GNU and the old format). Returns what is wrong with it as a
 * string: a checksum that does not hold, a size that is no number.
 */
export function parseTarHeader(block: Uint8Array): TarHeader | string {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  let sum = 8 * 0x20;
  for (const [index, byte] of bytes.entries()) if (index < 148 || index >= 156) sum += byte;
  const checksum = octal(bytes, 148, 8);
  if (checksum !== sum) return `its header sums up to ${sum}, expected ${checksum}`;
  const size = (bytes[124] ?? 0) & 0x80 ? base256(bytes, 124, 12) : octal(bytes, 124, 12);
  if (!Number.isSafeInteger(size)) return "its header gives no usable size";
  const type = text(bytes, 156, 1) || "0";
  const isUstar = bytes.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? text(bytes, 345, 155) : "";
  const name = text(bytes, 0, 100);
  return { name: prefix === "" ? name : `${prefix}/${name}`, type, size };
}

/** The records of an extended header: `path`, `size` and what else there is. */
export function parsePaxRecords(data: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const records = new Map<string, string>();
  let position = 0;
  while (position < bytes.length) {
    const space = bytes.indexOf(0x20, position);
    const length = space < 0 ? Number.NaN : Number(bytes.toString("latin1", position, space));
    if (!Number.isSafeInteger(length) || length <= space - position) break;
    const record = bytes.toString("utf8", space + 1, position + length - 1);
    const equals = record.indexOf("=");
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    position += length;
  }
  return records;
}

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  const last = end < 0 || end > start + length ? start + length : end;
  return bytes.toString("utf8", start, last);
}

function octal(bytes: Buffer, start: number, length: number): number {
  const digits = text(bytes, start, length).trim();
  if (digits === "") return 0;
  return /^[0-7]+$/u.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function base256(bytes: Buffer, start: number, length: number): number {
  if (bytes[start] !== 0x80) return Number.NaN;
  return Number(BigInt(`0x${bytes.toString("hex", start + 1, start + length)}`));
}
