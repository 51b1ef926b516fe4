import { cleanRelativePath } from "../corpus/file-name.ts";
import { MAX_MEGAPAIRS_LINE_BYTES, parseMegaPairsLine } from "../export/megapairs-line.ts";
import { openSampleFile } from "./sample-file.ts";
import type { SampleFile, SampleFileSettings, SampleLineFormat } from "./sample-file.ts";

/**
 * Opens a dataset in the released format for reading in any order: `jsonl` as `exportMegaPairs` or
 * the authors wrote it, images as they lie, in tars or unpacked. Nothing is unpacked.
 *
 * The file and the tars' headers are read once; in memory stay 4 bytes a line and 24 bytes a file in
 * the tars: about 100 MB and 500 MB for all of MegaPairs.
 *
 * Rejects with `invalid-argument` when the file, the folder or an archive is not there or an
 * archive is compressed, `unavailable` when the disk fails, and the signal's reason.
 */
export async function openTripletFile(settings: SampleFileSettings): Promise<SampleFile> {
  return await openSampleFile(settings, tripletFormat);
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
