import { createHash } from "node:crypto";
import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { ImageBytes, RejectRecord } from "@megapairs/spec";

import { fileLimit } from "../corpus/corpus-settings.ts";
import type { TextLine } from "../corpus/line-splitter.ts";
import { openIndexedLines } from "./indexed-lines.ts";
import { openSampleImages } from "./sample-images.ts";

/** One example to train on, as a `TrainingSample` of `@megapairs/train`. */
export interface StoredSample {
  /** `<file>#<line>`. */
  readonly id: string;
  /** Path of the query image; left out for text queries. */
  readonly queryImage?: string | undefined;
  /** Instructions or captions, at least one. */
  readonly texts: readonly string[];
  /** Path of the image that answers. */
  readonly positiveImage: string;
  /** Paths; in the released format the first is the query image. */
  readonly hardNegativeImages: readonly string[];
}

/** Examples in a file, read in any order: a `SampleSet` of `@megapairs/train`. */
export interface SampleFile {
  /** Lines that are not blank. */
  readonly count: number;
  /**
   * SHA-256, lower-case hex, of the file and of how it is read. The images are not in it: where
   * their paths do not hold their hashes, as in our exports, keep them unchanged.
   */
  readonly fingerprint: string;
  /**
   * The example of a line, by its place from 0. Rejects with `corrupt-data` on a malformed line,
   * `unavailable` when the file has changed or the disk fails.
   */
  read(index: number): Promise<StoredSample>;
  /**
   * The image at a path, its media type by content. Rejects with `corrupt-data` when it is missing,
   * cut short, too large or no image, `unavailable` when the disk fails or an archive has changed.
   */
  readImage(path: string): Promise<ImageBytes>;
  close(): Promise<void>;
}

/** How far the opening of a {@link SampleFile} is. */
export interface SampleFileProgress {
  /** `lines` first, then `archives`. */
  readonly phase: "lines" | "archives";
  /** Bytes. */
  readonly done: number;
  /** Bytes. */
  readonly total: number;
}

/** Where examples and their images are. */
export interface SampleFileSettings {
  /** JSON Lines. */
  readonly jsonl: string;
  /** Folder that holds the images, as files or in tars at its top. Default: that of the file. */
  readonly imageRoot?: string | undefined;
  /** The tars to look in, in this order. Default: all `.tar` at the top of the folder, by name. */
  readonly archives?: readonly string[] | undefined;
  /** Largest image file, in bytes. Default 64 MiB. */
  readonly maxFileBytes?: number | undefined;
  readonly onProgress?: ((progress: SampleFileProgress) => void) | undefined;
  /** Takes what of the archives cannot be used: damage, second members of one path. */
  readonly onReject?: ((reject: RejectRecord) => void) | undefined;
  /** Aborting rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A format of lines. */
export interface SampleLineFormat {
  /** Names the format and all that decides what a line becomes: part of the fingerprint. */
  readonly name: string;
  readonly maxLineBytes: number;
  /** What a line says, images by clean relative paths; a string says what is wrong with it. */
  readonly parse: (line: TextLine, imageRoot: string) => Omit<StoredSample, "id"> | string;
}

/** Opens a {@link SampleFile} of some format; see `openTripletFile`. */
export async function openSampleFile(
  settings: SampleFileSettings,
  format: SampleLineFormat,
): Promise<SampleFile> {
  const { jsonl, archives, onProgress, onReject, signal } = settings;
  const imageRoot = path.resolve(settings.imageRoot ?? path.dirname(jsonl));
  const maxFileBytes = fileLimit(settings);
  const name = path.basename(jsonl);
  const lines = await openIndexedLines(jsonl, {
    maxLineBytes: format.maxLineBytes,
    onProgress: (done, total) => onProgress?.({ phase: "lines", done, total }),
    signal,
  });
  const images = await openSampleImages({
    folder: imageRoot,
    archives,
    maxFileBytes,
    onProgress: (done, total) => onProgress?.({ phase: "archives", done, total }),
    onReject: (reject) => onReject?.(reject),
    signal,
  }).catch(async (error: unknown) => {
    await lines.close();
    throw error;
  });
  const identity = JSON.stringify([format.name, maxFileBytes, lines.sha256]);

  return {
    count: lines.count,
    fingerprint: createHash("sha256").update(identity).digest("hex"),
    async read(index) {
      const line = await lines.read(index);
      const id = `${name}#${line.number}`;
      const sample = format.parse(line, imageRoot);
      if (typeof sample !== "string") return { id, ...sample };
      throw new MegaPairsError("corrupt-data", `${id}: ${sample}`);
    },
    readImage: (image) => images.read(image),
    close: () => lines.close(),
  };
}
