import { readdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { cropPixels, encodeImage } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import { renderScene, sceneAt } from "@megapairs/scenes";
import { cachedFolder } from "../frame/cache-folder.ts";

const SEED = 1;
const WIDTH = 512;
const HEIGHT = 384;

/** `count` JPEG files of 512 x 384 rendered scenes with grain, quality 90; made once. */
export async function renderedFiles(count: number): Promise<readonly string[]> {
  const folder = await cachedFolder(`scenes-${WIDTH}x${HEIGHT}-${count}`, async (made) => {
    for (let index = 0; index < count; index += 1) {
      const square = renderScene(sceneAt(SEED, index), { seed: index, size: WIDTH });
      const region = { left: 0, top: (WIDTH - HEIGHT) / 2, width: WIDTH, height: HEIGHT };
      const { bytes } = await encodeImage(cropPixels(square, region), { mediaType: "image/jpeg" });
      await writeFile(join(made, `${String(index).padStart(6, "0")}.jpg`), bytes);
    }
  });
  return listFiles(folder, count);
}

/** The first `count` JPEG, PNG and WebP files below a folder, by path. */
export async function listFiles(folder: string, count: number): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new MegaPairsError("invalid-argument", `there is no folder ${folder}`);
  });
  const files = entries
    .filter((entry) => entry.isFile() && KINDS.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .slice(0, count);
  if (files.length === 0)
    throw new MegaPairsError("invalid-argument", `there are no images in ${folder}`);
  return files;
}

const KINDS: ReadonlySet<string> = new Set([".jpg", ".jpeg", ".png", ".webp"]);
