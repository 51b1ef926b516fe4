import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cropPixels, encodeImage } from "@megapairs/image";
import type { Scene } from "@megapairs/scenes";
import { captionScene, renderScene } from "@megapairs/scenes";

/** A scene, rendered and captioned by its seed. */
export interface Picture {
  readonly scene: Scene;
  readonly seed: number;
}

/** Pixels of a rendering, and of its middle, which is kept: the object fills two thirds of it. */
const RENDERED = 192;
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
  const whole = renderScene(scene, { seed, size: RENDERED });
  const edge = (RENDERED - SIZE) / 2;
  const middle = cropPixels(whole, { left: edge, top: edge, width: SIZE, height: SIZE });
  return (await encodeImage(middle, { mediaType: "image/png" })).bytes;
}
