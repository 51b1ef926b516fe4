import type { ImageBytes } from "@megapairs/spec";

/** Reads an image of the run by its id. `corrupt-data` makes a reject of the pair. */
export type LoadImage = (imageId: string) => Promise<ImageBytes>;

/** Remembers the last `most` images asked for: the pairs of a query image come close together. */
export function recentImages(loadImage: LoadImage, most: number): LoadImage {
  const images = new Map<string, Promise<ImageBytes>>();
  return async (imageId) => {
    const known = images.get(imageId);
    if (known !== undefined) return known;
    const image = loadImage(imageId);
    images.set(imageId, image);
    for (const oldest of images.keys()) {
      if (images.size <= most) break;
      images.delete(oldest);
    }
    return image;
  };
}
