import type { BenchmarkItem, PagePicture, PictureFolder, RunExample } from "@megapairs/eval";
import { fitImage, inspectImage } from "@megapairs/image";

const SIDE = 240;

/** Small pictures of everything that examples show, by the first place where a picture may lie. */
export async function pagePictures(
  examples: readonly RunExample[],
  folder: PictureFolder,
): Promise<(item: BenchmarkItem) => PagePicture | undefined> {
  const pictures = new Map<string, PagePicture | undefined>();
  for (const item of examples.flatMap(itemsOf)) {
    const key = keyOf(item);
    if (key !== undefined && !pictures.has(key)) pictures.set(key, await draw(item, folder));
  }
  return (item) => pictures.get(keyOf(item) ?? "");
}

function itemsOf({ query, candidates, answer }: RunExample): readonly BenchmarkItem[] {
  return [query, ...candidates.map(({ item }) => item), ...(answer ? [answer.item] : [])];
}

function keyOf({ picture }: BenchmarkItem): string | undefined {
  return picture && JSON.stringify([picture.paths[0], picture.box]);
}

async function draw(
  { picture }: BenchmarkItem,
  folder: PictureFolder,
): Promise<PagePicture | undefined> {
  if (picture === undefined) return undefined;
  try {
    const pixels = await folder.read(picture);
    const { bytes } = await fitImage(pixels, {
      maxPixels: SIDE * SIDE,
      maxSide: SIDE,
      mediaType: "image/jpeg",
      quality: 80,
    });
    const { width, height } = await inspectImage(bytes);
    const url = `data:image/jpeg;base64,${Buffer.from(bytes).toString("base64")}`;
    return { url, width, height };
  } catch {
    return undefined;
  }
}
