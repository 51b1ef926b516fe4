import { join } from "node:path";
import { picturesOf } from "@megapairs/eval";
import type { Benchmark, PictureFolder } from "@megapairs/eval";
import { formatCount } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { writeOutputFile } from "../output-file.ts";

/** What {@link checkPictures} looks at. */
export interface CheckPicturesOptions {
  readonly benchmark: Benchmark;
  readonly folder: PictureFolder;
  readonly limit?: number | undefined;
  /** Go on without what is missing. */
  readonly partial: boolean;
  /** Run directory, for the list. */
  readonly out: string;
}

const NAMED = 5;
const AT_A_TIME = 256;

/**
 * Looks for every picture before anything is encoded, and lists what is missing in
 * `missing-images.txt`. Throws `invalid-argument`, with how to get them, unless the run may be partial.
 */
export async function checkPictures({
  benchmark,
  folder,
  limit,
  partial,
  out,
}: CheckPicturesOptions): Promise<void> {
  const pictures = picturesOf({ benchmark, limit });
  const missing: string[] = [];
  for (let start = 0; start < pictures.length; start += AT_A_TIME) {
    const some = pictures.slice(start, start + AT_A_TIME);
    const found = await Promise.all(some.map((picture) => folder.locate(picture)));
    for (const [at, { paths }] of some.entries()) {
      if (found[at] === undefined) missing.push(paths[0] ?? "");
    }
  }
  const [shortfall] = benchmark.shortfalls;
  if (missing.length === 0) {
    if (partial || shortfall === undefined) return;
    const { what, found, expected } = shortfall;
    throw new MegaPairsError(
      "invalid-argument",
      `${formatCount(found)} of ${formatCount(expected)} ${what} of ${benchmark.title} are there; the rest: ${benchmark.imagesFrom}. --partial runs without the rest, not under the benchmark's name.`,
    );
  }
  const list = join(out, "missing-images.txt");
  await writeOutputFile(list, missing.map((path) => `${path}\n`).join(""));
  const some = missing.slice(0, NAMED).join(", ");
  const found = `${formatCount(missing.length)} of ${formatCount(pictures.length)} pictures are not in ${folder.directory}: ${some}${missing.length > NAMED ? ", …" : ""} (all in ${list})`;
  if (partial && missing.length < pictures.length) {
    process.stderr.write(`${found}\n`);
    return;
  }
  throw new MegaPairsError(
    "invalid-argument",
    `${found}. Where they come from: ${benchmark.imagesFrom}.${partial ? "" : " --partial runs without them, not under the benchmark's name."}`,
  );
}
