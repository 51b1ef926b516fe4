import { stat } from "node:fs/promises";
import { basename } from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";

import { cleanRelativePath } from "../corpus/file-name.ts";
import { readTarMembers } from "../corpus/tar-members.ts";
import type { TarMember } from "../corpus/tar-members.ts";
import { createArchiveIndex, MAX_INDEXED_BYTES } from "./archive-index.ts";
import type { ArchiveIndex } from "./archive-index.ts";
import { withArchive } from "./with-archive.ts";

/** What to index. */
export interface IndexArchivesOptions {
  /** Paths of `.tar` files. Of two members with one path the first in this order is found. */
  readonly archives: readonly string[];
  /** Takes how many bytes of the archives are done. */
  readonly onProgress: (done: number, total: number) => void;
  /** Takes members that cannot be had, and damaged archives, which are indexed up to there. */
  readonly onReject: (reject: RejectRecord) => void;
  readonly signal: AbortSignal | undefined;
}

/** Members between two reports of progress. */
const REPORT_MEMBERS = 1024;

/**
 * Reads the headers of tar archives and notes where their files are.
 *
 * Rejects with `invalid-argument` when an archive is not there or is compressed, which leaves no
 * way into its middle, `unavailable` when the disk fails, and the signal's reason.
 */
export async function indexArchives(options: IndexArchivesOptions): Promise<ArchiveIndex> {
  const { archives, onProgress, onReject, signal } = options;
  const sizes = await Promise.all(archives.map(async (file) => await sizeOf(file)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const index = createArchiveIndex();
  let before = 0;
  for (const [archive, file] of archives.entries()) {
    await withArchive(file, async (source) => {
      let members = 0;
      for await (const member of readTarMembers(source, 0)) {
        if (members % REPORT_MEMBERS === 0) {
          onProgress(before + member.offset, total);
          signal?.throwIfAborted();
        }
        members += 1;
        const reject = addMember(index, archive, member);
        const item = `${basename(file)}#${member.offset}`;
        if (reject !== undefined) onReject({ ...reject, item });
      }
    });
    before += sizes[archive]!;
    onProgress(before, total);
    signal?.throwIfAborted();
  }
  return index;
}

function addMember(
  index: ArchiveIndex,
  archive: number,
  { kind, name, offset, reason }: TarMember,
): Omit<RejectRecord, "item"> | undefined {
  if (kind === "damage") return { code: "corrupt-data", reason };
  if (kind === "other") return undefined;
  const path = cleanRelativePath(name);
  if (path === undefined) {
    return { code: "corrupt-data", reason: `${JSON.stringify(name)} is no relative path` };
  }
  const isNew = index.add(path, { archive, offset });
  return isNew ? undefined : { code: "duplicate", reason: `${path} was in the archives before` };
}

async function sizeOf(file: string): Promise<number> {
  if (/\.(?:gz|tgz)$/iu.test(file)) {
    throw new MegaPairsError(
      "invalid-argument",
      `${file} is compressed, expected a plain tar, which can be read from any place: gunzip it, or list the archives to use`,
    );
  }
  const stats = await stat(file).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("invalid-argument", `cannot open ${file}: ${reason}`, {
      cause: error,
    });
  });
  if (stats.size > MAX_INDEXED_BYTES) {
    throw new MegaPairsError(
      "invalid-argument",
      `${file} has ${stats.size} bytes, expected at most ${MAX_INDEXED_BYTES}: cut it`,
    );
  }
  return stats.size;
}
