import { createHash } from "node:crypto";

import { MegaPairsError } from "@megapairs/spec";

import { cleanRelativePath } from "../corpus/file-name.ts";
import { MAX_MEGAPAIRS_LINE_BYTES, parseMegaPairsLine } from "../export/megapairs-line.ts";
import { filterByRelations } from "./filter-by-relations.ts";
import { openSampleFile } from "./sample-file.ts";
import type { SampleFile, SampleFileSettings, SampleLineFormat } from "./sample-file.ts";

/** What to read of a dataset, and where it lies. */
export interface TripletFileSettings extends SampleFileSettings {
  /**
   * Reads only the pairs that one of these relations found, by the `provenance.jsonl` beside the file:
   * the paper's ablations D, I, T, D+I, … Default: all pairs.
   */
  readonly relations?: readonly string[] | undefined;
}

/**
 * Opens a dataset in the released format for reading in any order: `jsonl` as `exportMegaPairs` or
 * the authors wrote it, images as they lie, in tars or unpacked. Nothing is unpacked.
 *
 * The file and the tars' headers are read once; in memory stay 4 bytes a line and 24 bytes a file in
 * the tars: about 100 MB and 500 MB for all of MegaPairs.
 *
 * Rejects with `invalid-argument` when the file, the folder or an archive is not there, an archive
 * is compressed or no pair was found by `relations`, `corrupt-data` when the provenance does not
 * belong to the file, `unavailable` when the disk fails, and the signal's reason.
 */
export async function openTripletFile(settings: TripletFileSettings): Promise<SampleFile> {
  const { relations, ...rest } = settings;
  const file = await openSampleFile(rest, tripletFormat);
  if (relations === undefined) return file;
  try {
    const { jsonl, signal } = rest;
    return onlyPlaces(
      file,
      await filterByRelations({ jsonl, count: file.count, relations, signal }),
      relations,
    );
  } catch (error) {
    await file.close();
    throw error;
  }
}

function onlyPlaces(
  file: SampleFile,
  places: Uint32Array,
  relations: readonly string[],
): SampleFile {
  const identity = JSON.stringify([file.fingerprint, [...relations].toSorted()]);
  return {
    ...file,
    count: places.length,
    fingerprint: createHash("sha256").update(identity).digest("hex"),
    async read(index) {
      const place = places[index];
      if (place !== undefined) return await file.read(place);
      throw new MegaPairsError(
        "invalid-argument",
        `found the sample index ${index}, expected a whole number in 0..${places.length - 1}`,
      );
    },
  };
}

const tripletFormat: SampleLineFormat = {
  name: "megapairs-triplets-1",
  maxLineBytes: MAX_MEGAPAIRS_LINE_BYTES,
  parse(line) {
    const parsed = parseMegaPairsLine(line);
    if (typeof parsed === "string") return parsed;
    return {
      queryImage: clean(parsed.queryImage),
      texts: parsed.instructions,
      positiveImage: clean(parsed.targetImage),
      hardNegativeImages: parsed.hardNegativeImages.map(clean),
    };
  },
};

/** One name for each image, however a line writes its path, which the parser has checked. */
function clean(path: string): string {
  return cleanRelativePath(path) ?? path;
}
