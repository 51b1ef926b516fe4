import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { cropPixels, decodeImage } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import type { ImagePixels } from "@megapairs/spec";
import type { BenchmarkPicture } from "../benchmarks/benchmark.ts";
import { genecisCrop } from "../benchmarks/genecis-crop.ts";

/** A picture that is there. */
export interface LocatedPicture {
  /** Relative to the folder. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** The pictures of a benchmark in a folder. */
export interface PictureFolder {
  readonly directory: string;
  /** Where a picture is; undefined where it is at none of its places. Looks once for each picture. */
  locate(picture: BenchmarkPicture): Promise<LocatedPicture | undefined>;
  /**
   * Decodes a picture and cuts out its box, if it has one, as GeneCIS does.
   *
   * Rejects with `corrupt-data` or `unsupported` as `decodeImage` does, with the path in the message;
   * `invalid-argument` if the picture is not there.
   */
  read(picture: BenchmarkPicture, signal?: AbortSignal): Promise<ImagePixels>;
}

/** Opens a folder of pictures in any of the layouts that benchmarks are found in. */
export function openPictureFolder(directory: string): PictureFolder {
  const located = new Map<string, Promise<LocatedPicture | undefined>>();
  const locate = (picture: BenchmarkPicture): Promise<LocatedPicture | undefined> => {
    const key = picture.paths[0] ?? "";
    const known = located.get(key) ?? locateAny(directory, picture.paths);
    located.set(key, known);
    return known;
  };
  return {
    directory,
    locate,
    async read(picture, signal) {
      const found = await locate(picture);
      if (found === undefined) {
        throw new MegaPairsError("invalid-argument", `${picture.paths[0]} is not in ${directory}`);
      }
      try {
        const bytes = await readFile(join(directory, found.path));
        const pixels = await decodeImage(bytes, { signal });
        return picture.box === undefined ? pixels : cutOut(pixels, picture.box);
      } catch (error) {
        if (!MegaPairsError.isInstance(error)) throw error;
        throw new MegaPairsError(error.code, `${found.path}: ${error.message}`, { cause: error });
      }
    },
  };
}

async function locateAny(
  directory: string,
  paths: readonly string[],
): Promise<LocatedPicture | undefined> {
  for (const path of paths) {
    const found = await stat(join(directory, path)).catch(() => undefined);
    if (found?.isFile() === true) return { path, bytes: found.size, modifiedAt: found.mtimeMs };
  }
  return undefined;
}

function cutOut(pixels: ImagePixels, box: NonNullable<BenchmarkPicture["box"]>): ImagePixels {
  const { width: imageWidth, height: imageHeight } = pixels;
  const crop = genecisCrop({ box, imageWidth, imageHeight });
  const { side, padLeft, padTop } = crop;
  const cut = cropPixels(pixels, crop);
  const data = new Uint8Array(side * side * 3);
  for (let row = 0; row < cut.height; row += 1) {
    const start = row * cut.width * 3;
    data.set(
      cut.data.subarray(start, start + cut.width * 3),
      ((row + padTop) * side + padLeft) * 3,
    );
  }
  return { type: "pixels", data, width: side, height: side };
}
