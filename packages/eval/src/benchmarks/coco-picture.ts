import type { BenchmarkPicture } from "./benchmark.ts";

const DIGITS = 12;

/** A picture of COCO, `000000000139.jpg`, in any of the folders (with their slash, or empty). */
export function cocoPicture(id: string, folders: readonly string[]): BenchmarkPicture {
  return { paths: folders.map((folder) => `${folder}${id.padStart(DIGITS, "0")}.jpg`) };
}
