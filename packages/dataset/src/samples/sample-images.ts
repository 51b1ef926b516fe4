import { readdir } from "node:fs/promises";
import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { ImageBytes, RejectRecord } from "@megapairs/spec";

import { cleanRelativePath } from "../corpus/file-name.ts";
import { readFileWithin } from "../corpus/read-file-within.ts";
import { readTarMembers } from "../corpus/tar-members.ts";
import type { MemberPlace } from "./archive-index.ts";
import { indexArchives } from "./index-archives.ts";
import { mediaTypeOf } from "./media-type.ts";
import { withArchive } from "./with-archive.ts";

/** Images by their paths in a dataset. */
export interface SampleImages {
  /**
   * The file at a clean relative path. Rejects with `corrupt-data` when it is nowhere, is larger
   * than the limit, no image, or cut short; `unavailable` when the disk fails or an archive changed.
   */
  read(path: string): Promise<ImageBytes>;
}

/** Where to look for images. */
export interface OpenSampleImagesOptions {
  readonly folder: string;
  /** Paths of tars; `undefined`: those at the top of the folder. */
  readonly archives: readonly string[] | undefined;
  readonly maxFileBytes: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly onReject: (reject: RejectRecord) => void;
  readonly signal: AbortSignal | undefined;
}

/** What the machine, not the dataset, is to blame for. */
const MACHINE_ERRORS: ReadonlySet<unknown> = new Set([
  "EIO",
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "ESTALE",
  "ETIMEDOUT",
]);

/**
 * Opens the images of a dataset: members of tars, which are not unpacked, else files below a folder.
 * Rejects as `indexArchives` does.
 */
export async function openSampleImages(options: OpenSampleImagesOptions): Promise<SampleImages> {
  const { folder, maxFileBytes } = options;
  const archives = options.archives ?? (await archivesIn(folder));
  const index = await indexArchives({ ...options, archives });

  return {
    async read(name) {
      const place = index.find(name);
      const bytes =
        place === undefined
          ? await readLoose(folder, name, maxFileBytes)
          : await readMember(archives[place.archive]!, place, name, maxFileBytes);
      return { type: "bytes", bytes, mediaType: mediaTypeOf(name, bytes) };
    },
  };
}

async function archivesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("invalid-argument", `cannot list ${folder}: ${reason}`, {
      cause: error,
    });
  });
  const tars = names.filter((name) => /^[^.].*\.(?:tar|tar\.gz|tgz)$/iu.test(name));
  return tars.toSorted().map((name) => path.join(folder, name));
}

async function readLoose(root: string, file: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await readFileWithin({ root, file, maxBytes });
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    if (!(cause instanceof Error && "code" in cause && MACHINE_ERRORS.has(cause.code))) throw error;
    throw new MegaPairsError("unavailable", `cannot read ${file}: ${cause.message}`, { cause });
  }
}

async function readMember(
  archive: string,
  { offset }: MemberPlace,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  return await withArchive(archive, async (source) => {
    for await (const member of readTarMembers(source, offset)) {
      const found = member.kind === "file" ? cleanRelativePath(member.name) : undefined;
      if (found !== name) break;
      if (member.size > maxBytes) {
        throw corrupt(name, `has ${member.size} bytes, expected at most ${maxBytes}`);
      }
      const bytes = await source.read(member.dataOffset, member.size);
      if (bytes.byteLength === member.size) return bytes;
      throw corrupt(name, `its archive ends after ${bytes.byteLength} of its ${member.size} bytes`);
    }
    throw new MegaPairsError(
      "unavailable",
      `${archive} has changed since it was opened: expected ${name} at byte ${offset}`,
    );
  });
}

function corrupt(name: string, problem: string): MegaPairsError {
  return new MegaPairsError("corrupt-data", `${name}: ${problem}`);
}
