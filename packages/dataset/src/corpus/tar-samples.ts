import path from "node:path";

import type { ByteSource } from "./byte-source.ts";
import fields from "./caption-fields.json" with { type: "json" };
import { MAX_CAPTION_BYTES } from "./corpus-settings.ts";
import { cleanRelativePath, isHiddenName, isImageName } from "./file-name.ts";
import { sidecarCaption } from "./sidecar-caption.ts";
import { readTarMembers } from "./tar-members.ts";
import type { TarMember } from "./tar-members.ts";

/** One image of an archive with what stands beside it, or a place where the archive is broken. */
export interface TarSample {
  /** Byte offset of the first member with the same key; reading can start there. */
  readonly groupOffset: number;
  /** Images before this one in the same group. */
  readonly skip: number;
  readonly member: TarMember;
  /** Clean relative path in the archive; undefined where the archive gives none. */
  readonly name: string | undefined;
  readonly caption: string | undefined;
  readonly problem: string | undefined;
  /** The file, where it could only be read on the way. */
  readonly bytes: Uint8Array | undefined;
}

/** What to read besides names. */
export interface ReadTarSamplesOptions {
  /** Byte offset of a group. */
  readonly start: number;
  /** Reads captions, and files where the source only goes forward. */
  readonly withData: boolean;
  readonly maxFileBytes: number;
  readonly classAsCaption: boolean;
}

/**
 * Images of an archive in order, WebDataset style: neighbouring members that have the same name up
 * to the first dot of its last part belong together, `000017.jpg` and `000017.txt`.
 */
export async function* readTarSamples(
  source: ByteSource,
  options: ReadTarSamplesOptions,
): AsyncGenerator<TarSample> {
  let group = emptyGroup("");
  for await (const member of readTarMembers(source, options.start)) {
    const key = keyOf(member.name);
    if (key !== group.key || member.kind === "damage") {
      yield* samplesOf(group);
      group = emptyGroup(key);
    }
    await addMember(group, member, source, options);
  }
  yield* samplesOf(group);
}

interface Group {
  readonly key: string;
  first: number | undefined;
  readonly images: { readonly member: TarMember; readonly bytes: Uint8Array | undefined }[];
  caption: string | undefined;
  problem: string | undefined;
}

function emptyGroup(key: string): Group {
  return { key, first: undefined, images: [], caption: undefined, problem: undefined };
}

async function addMember(
  group: Group,
  member: TarMember,
  source: ByteSource,
  options: ReadTarSamplesOptions,
): Promise<void> {
  group.first ??= member.offset;
  if (member.kind === "damage") {
    group.images.push({ member, bytes: undefined });
    return;
  }
  if (isHiddenName(member.name)) return;
  if (isImageName(member.name)) {
    const readsNow = options.withData && source.forwardOnly && member.size <= options.maxFileBytes;
    const bytes = readsNow && member.kind === "file" ? await readMember(source, member) : undefined;
    group.images.push({ member, bytes });
    return;
  }
  const extension = path.posix.extname(member.name).slice(1).toLowerCase();
  const isCaption = member.kind === "file" && fields.sidecars.includes(extension);
  if (!isCaption || !options.withData || group.caption !== undefined) return;
  const bytes = await source.read(member.dataOffset, Math.min(member.size, MAX_CAPTION_BYTES + 1));
  const sidecar = sidecarCaption(member.name, bytes, options.classAsCaption);
  group.caption = sidecar.caption;
  group.problem ??= sidecar.problem;
}

async function readMember(source: ByteSource, member: TarMember): Promise<Uint8Array | undefined> {
  try {
    return await source.read(member.dataOffset, member.size);
  } catch {
    return undefined;
  }
}

function* samplesOf(group: Group): Generator<TarSample> {
  for (const [skip, { member, bytes }] of group.images.entries()) {
    const name = member.kind === "damage" ? undefined : cleanRelativePath(member.name);
    const nameProblem =
      name === undefined ? `${JSON.stringify(member.name)} is no relative path` : undefined;
    yield {
      groupOffset: group.first ?? member.offset,
      skip,
      member,
      name,
      caption: group.caption,
      problem: member.kind === "file" ? (nameProblem ?? group.problem) : member.reason,
      bytes,
    };
  }
}

function keyOf(name: string): string {
  const base = path.posix.basename(name);
  const dot = base.indexOf(".", 1);
  return `${path.posix.dirname(name)}/${dot < 0 ? base : base.slice(0, dot)}`;
}
