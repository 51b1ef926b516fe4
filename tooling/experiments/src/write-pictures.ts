import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeImage } from "@megapairs/image";
import type { Scene } from "@megapairs/scenes";
import { captionScene, renderScene } from "@megapairs/scenes";

/** A scene, rendered and captioned by its seed. */
export interface Picture {
  readonly scene: Scene;
  readonly seed: number;
}

const SIZE = 96;

/** Writes pictures and `captions.jsonl` into a folder; what is there already stays. */
export async function writePictures(folder: string, pictures: readonly Picture[]): Promise<string> {
  const file = join(folder, "captions.jsonl");
  if (await stat(file).catch(() => undefined)) return file;
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  for (const [index, picture] of pictures.entries()) {
    const image = `${String(index).padStart(6, "0")}.png`;
    await writeFile(join(folder, image), await renderPicture(picture));
    lines.push(JSON.stringify({ image, caption: captionScene(picture.scene, picture.seed) }));
  }
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

/** A picture as a PNG file. */
export async function renderPicture({ scene, seed }: Picture): Promise<Uint8Array> {
  const pixels = renderScene(scene, { seed, size: SIZE });
  return (await encodeImage(pixels, { mediaType: "image/png" })).bytes;
}
