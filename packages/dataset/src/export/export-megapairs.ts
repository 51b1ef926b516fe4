import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { RunDatabase } from "../store/run-database.ts";
import { syncDirectory } from "../sync-directory.ts";
import { datasetCard } from "./dataset-card.ts";
import type { DatasetCounts } from "./dataset-card.ts";
import { provenanceLine, tripletLine } from "./export-lines.ts";
import { createIdSet } from "./id-set.ts";
import type { IdSet } from "./id-set.ts";
import { createImageCache } from "./image-cache.ts";
import { exportedImagePath } from "./image-path.ts";
import { createTarWriter } from "./tar-writer.ts";
import { createTextFileWriter } from "./text-file-writer.ts";
import { withoutAnswers } from "./without-answers.ts";
import type { CheckedTriplet } from "./without-answers.ts";

/** How far an export is. */
export interface ExportProgress {
  /** `triplets` first, then `images`. */
  readonly phase: "triplets" | "images";
  readonly done: number;
  /** Known for images. */
  readonly total: number | undefined;
}

/** What to export, and where to. */
export interface ExportMegaPairsOptions {
  readonly database: RunDatabase;
  /** Appears whole, at the end. Must not exist, or be empty, or see `overwrite`. */
  readonly directory: string;
  /** Writes only the pairs that one of these relations found: the paper's ablations. Default: all. */
  readonly relations?: readonly string[] | undefined;
  /** Replaces an earlier export in `directory`, but nothing that others put there. Default false. */
  readonly overwrite?: boolean | undefined;
  /** Largest tar, in bytes, unless one image is larger. Default 1 GiB, as hubs like them. */
  readonly shardBytes?: number | undefined;
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
  /** Aborting rejects with its reason and leaves no trace. */
  readonly signal?: AbortSignal | undefined;
}

/** What was written. */
export interface ExportResult {
  /** Absolute. */
  readonly directory: string;
  readonly jsonlPath: string;
  readonly tarPaths: readonly string[];
  readonly triplets: number;
  /** Hard negatives left out, since another triplet of the query names them for one of its instructions. */
  readonly answersLeftOut: number;
  readonly images: number;
  /** Bytes of `megapairs.jsonl` and of the images, tar headers left aside. */
  readonly bytes: number;
}

/** What an export leaves in its directory, the pictures that were unpacked there included. */
const WRITTEN =
  /^(?:megapairs\.jsonl|provenance\.jsonl|README\.md|images-\d{5,}\.tar|images|\.DS_Store)$/;

/** Triplets whose images are looked up at once. */
const LOOKUP_TRIPLETS = 512;

/**
 * Writes a dataset in the format in which MegaPairs was released: `megapairs.jsonl`, the images
 * that it names in `images-00000.tar`, …, and beside them `provenance.jsonl` and a dataset card.
 * Triplets come by query id, then target id, images by id: the same data give the same bytes. A hard
 * negative that another triplet of the query names as the target of the same instruction is left out.
 *
 * Rejects with `invalid-argument` when `directory` holds something else, `corrupt-data` when a
 * pair names an image that is not in the database or lacks its query among its hard negatives,
 * `unavailable` when the disk fails.
 */
export async function exportMegaPairs(options: ExportMegaPairsOptions): Promise<ExportResult> {
  const { shardBytes = 2 ** 30 } = options;
  if (!(shardBytes >= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `shardBytes is ${shardBytes}, expected at least 1`,
    );
  }
  const directory = path.resolve(options.directory);
  await checkTarget(directory, options.overwrite ?? false);
  const partial = `${directory}.partial`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const text = await writeTriplets(options, partial);
    const pictures = await writeImages(options, partial, text.images, shardBytes);
    const tars = pictures.tars.map((tar) => path.join(directory, path.basename(tar)));
    const counts = { ...text.counts, images: text.images.size, tars: tars.length };
    await writeFile(path.join(partial, "README.md"), datasetCard(counts));
    await syncDirectory(partial);
    await replaceDirectory(partial, directory);
    return {
      directory,
      jsonlPath: path.join(directory, "megapairs.jsonl"),
      tarPaths: tars,
      triplets: counts.triplets,
      answersLeftOut: counts.answersLeftOut,
      images: counts.images,
      bytes: text.bytes + pictures.bytes,
    };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    options.signal?.throwIfAborted();
    if (MegaPairsError.isInstance(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("unavailable", `cannot write the export ${directory}: ${reason}`, {
      cause: error,
    });
  }
}

interface WrittenTriplets {
  readonly counts: Omit<DatasetCounts, "images" | "tars">;
  readonly images: IdSet;
  readonly bytes: number;
}

async function writeTriplets(
  { database, relations, onProgress, signal }: ExportMegaPairsOptions,
  directory: string,
): Promise<WrittenTriplets> {
  const lines = await createTextFileWriter(path.join(directory, "megapairs.jsonl"));
  const provenance = await createTextFileWriter(path.join(directory, "provenance.jsonl"));
  const used = createIdSet();
  const evidence = new Map<string, number>();
  const cache = createImageCache(database);
  const wanted = relations && new Set(relations);
  let [triplets, queries, instructions, hardNegatives, answersLeftOut] = [0, 0, 0, 0, 0];
  let lastQuery = "";
  let bytes = 0;
  try {
    const checked = foundBy(withoutAnswers(database.readTriplets()), wanted);
    for await (const batch of batchesOf(checked, LOOKUP_TRIPLETS)) {
      signal?.throwIfAborted();
      const ids = batch.flatMap(({ triplet: { queryId, targetId, hardNegativeIds } }) => [
        queryId,
        targetId,
        ...hardNegativeIds,
      ]);
      const images = await cache.load(ids);
      for (const { triplet, removed } of batch) {
        await lines.write(tripletLine(triplet, images));
        await provenance.write(provenanceLine(triplet, images));
        for (const { relation } of triplet.evidence) {
          evidence.set(relation, (evidence.get(relation) ?? 0) + 1);
        }
        if (triplet.queryId !== lastQuery) queries += 1;
        lastQuery = triplet.queryId;
        triplets += 1;
        instructions += triplet.instructions.length;
        hardNegatives += triplet.hardNegativeIds.length;
        answersLeftOut += removed;
      }
      for (const id of ids) used.add(id);
      onProgress?.({ phase: "triplets", done: triplets, total: undefined });
    }
  } finally {
    [bytes] = await Promise.all([lines.close(), provenance.close()]);
  }
  const counts = { triplets, queries, instructions, hardNegatives, answersLeftOut, evidence };
  return { counts, images: used, bytes };
}

async function writeImages(
  { database, onProgress, signal }: ExportMegaPairsOptions,
  directory: string,
  ids: IdSet,
  shardBytes: number,
): Promise<{ readonly tars: readonly string[]; readonly bytes: number }> {
  const writer = createTarWriter(directory, shardBytes);
  let [done, bytes] = [0, 0];
  try {
    for (const run of ids.ascending()) {
      for await (const image of database.readImages({ ids: run, bytes: true })) {
        signal?.throwIfAborted();
        await writer.add(exportedImagePath(image.id, image.mediaType), image.bytes);
        done += 1;
        bytes += image.bytes.byteLength;
      }
      onProgress?.({ phase: "images", done, total: ids.size });
    }
    return { tars: await writer.close(), bytes };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function* foundBy(
  triplets: AsyncIterable<CheckedTriplet>,
  relations: ReadonlySet<string> | undefined,
): AsyncGenerator<CheckedTriplet> {
  for await (const checked of triplets) {
    const { evidence } = checked.triplet;
    if (relations === undefined || evidence.some(({ relation }) => relations.has(relation))) {
      yield checked;
    }
  }
}

async function* batchesOf<Item>(
  items: AsyncIterable<Item>,
  size: number,
): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function checkTarget(directory: string, overwrite: boolean): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new MegaPairsError(
      "invalid-argument",
      `cannot export to ${directory}: ${error.message}`,
      {
        cause: error,
      },
    );
  });
  if (names.length === 0) return;
  if (overwrite && names.includes("megapairs.jsonl")) {
    const foreign = names.find((name) => !WRITTEN.test(name));
    if (foreign === undefined) return;
    throw new MegaPairsError(
      "invalid-argument",
      `${directory} holds ${foreign}, which no export wrote and a new one would delete: move it away`,
    );
  }
  const wish = overwrite ? "an earlier export" : "an empty or no directory";
  throw new MegaPairsError(
    "invalid-argument",
    `${directory} holds ${names.length} entries, expected ${wish}`,
  );
}

async function replaceDirectory(partial: string, directory: string): Promise<void> {
  const replaced = `${directory}.replaced`;
  await rm(replaced, { recursive: true, force: true });
  await rename(directory, replaced).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(partial, directory);
  await rm(replaced, { recursive: true, force: true });
}
