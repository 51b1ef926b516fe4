import type { StoredImage } from "../store/read-options.ts";
import type { RunDatabase } from "../store/run-database.ts";

/** Images looked up in a database, without their bytes, kept as long as there is room. */
export interface ImageCache {
  /** Images by id, at least these. `corrupt-data` on one that is not in the database. */
  load(ids: readonly string[]): Promise<ReadonlyMap<string, StoredImage>>;
}

/** Images kept, about 100 MB of them. */
const MAX_IMAGES = 2 ** 18;

/** Creates an {@link ImageCache}. */
export function createImageCache(database: RunDatabase): ImageCache {
  let images = new Map<string, StoredImage>();
  return {
    async load(ids) {
      if (images.size > MAX_IMAGES) images = new Map();
      const missing = [...new Set(ids)].filter((id) => !images.has(id));
      for await (const image of database.readImages({ ids: missing })) images.set(image.id, image);
      return images;
    },
  };
}
