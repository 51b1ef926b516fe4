import type { ByteSource } from "./byte-source.ts";
import { parsePaxRecords, parseTarHeader, TAR_BLOCK } from "./tar-header.ts";
import type { TarHeader } from "./tar-header.ts";

/** One member of an archive, or the place from which it cannot be read on. */
export interface TarMember {
  /** Byte offset of its first header block: reading can start there. */
  readonly offset: number;
  readonly name: string;
  /** `file`: plain data. `other`: folders, links, devices. `damage`: the archive is broken here. */
  readonly kind: "file" | "other" | "damage";
  /** What is broken, or the type of what is no file. */
  readonly reason: string;
  /** Byte offset of its data. */
  readonly dataOffset: number;
  /** Bytes. */
  readonly size: number;
}

const FILE_TYPES: ReadonlySet<string> = new Set("07");

/** Links, devices, folders, pipes: no data follows, whatever their size says. */
const DATALESS_TYPES: ReadonlySet<string> = new Set("123456");

/** Headers about the next member (`x`, `L`, `K`) or all later ones (`g`). */
const EXTENDED_TYPES: ReadonlySet<string> = new Set("xgLK");

/** Largest extended header that is read. */
const MAX_EXTENDED_BYTES = 2 ** 20;

/**
 * Members from a header on, in order. The data of a member may be read until the next one is asked
 * for. Ends at the archive's end mark, at the file's end, or with a member of kind `damage`.
 */
export async function* readTarMembers(
  source: ByteSource,
  start: number,
): AsyncGenerator<TarMember> {
  let member = await readTarMember(source, start);
  while (member !== undefined) {
    yield member;
    if (member.kind === "damage") break;
    member = await readTarMember(source, member.dataOffset + padded(member.size));
  }
}

async function readTarMember(source: ByteSource, offset: number): Promise<TarMember | undefined> {
  let position = offset;
  const extended: Extended = { name: undefined, size: undefined };
  const damage = (reason: string): TarMember => ({
    offset,
    name: "",
    kind: "damage",
    reason: `the archive is damaged at byte ${position}: ${reason}`,
    dataOffset: position,
    size: 0,
  });

  while (true) {
    const block = await read(source, position, TAR_BLOCK);
    if (typeof block === "string") return damage(block);
    if (block.length === 0 && position === offset) return undefined;
    if (block.length < TAR_BLOCK) return damage("it ends inside a header");
    if (block.every((byte) => byte === 0)) return undefined;
    const header = parseTarHeader(block);
    if (typeof header === "string") return damage(header);
    const dataOffset = position + TAR_BLOCK;
    if (!EXTENDED_TYPES.has(header.type)) {
      const member = memberOf(header, extended, offset, dataOffset);
      return typeof member === "string" ? damage(member) : member;
    }
    const problem = await readExtended(source, header, dataOffset, extended);
    if (problem !== undefined) return damage(problem);
    position = dataOffset + padded(header.size);
  }
}

/** What headers in front of a member say about it. */
interface Extended {
  name: string | undefined;
  size: number | undefined;
}

async function readExtended(
  source: ByteSource,
  { type, size }: TarHeader,
  dataOffset: number,
  extended: Extended,
): Promise<string | undefined> {
  if (size > MAX_EXTENDED_BYTES) return `an extended header of ${size} bytes`;
  const data = await read(source, dataOffset, size);
  if (typeof data === "string") return data;
  if (data.length < size) return "it ends inside an extended header";
  if (type === "L") extended.name = Buffer.from(data).toString("utf8").replace(/\0.*$/su, "");
  if (type === "x") {
    const records = parsePaxRecords(data);
    extended.name = records.get("path") ?? extended.name;
    const given = records.get("size");
    if (given !== undefined) extended.size = Number(given);
  }
  return undefined;
}

function memberOf(
  header: TarHeader,
  extended: Extended,
  offset: number,
  dataOffset: number,
): TarMember | string {
  const isFile = FILE_TYPES.has(header.type);
  const size = DATALESS_TYPES.has(header.type) ? 0 : (extended.size ?? header.size);
  if (!Number.isSafeInteger(size) || size < 0) return `a member of ${size} bytes`;
  return {
    offset,
    name: extended.name ?? header.name,
    kind: isFile ? "file" : "other",
    reason: isFile ? "" : `is a tar member of type ${JSON.stringify(header.type)}, expected a file`,
    dataOffset,
    size,
  };
}

function padded(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

async function read(
  source: ByteSource,
  position: number,
  length: number,
): Promise<Uint8Array | string> {
  try {
    return await source.read(position, length);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
