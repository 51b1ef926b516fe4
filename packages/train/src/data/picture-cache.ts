import type { PreparedPicture } from "./pixel-messages.ts";

/** Pictures by their keys, made when they are asked for. */
export interface PictureCache {
  /** Rejects as the making does; the next call tries again. */
  get(key: string): Promise<PreparedPicture>;
}

/** How pictures are made and kept. */
export interface PictureCacheSettings {
  readonly prepare: (key: string) => Promise<PreparedPicture>;
  /** Most bytes of pixels that stay, those used last; what is being made is not counted. */
  readonly maxBytes: number;
}

/** Creates a {@link PictureCache}: a picture that several ask for at once is made once. */
export function createPictureCache({ prepare, maxBytes }: PictureCacheSettings): PictureCache {
  const making = new Map<string, Promise<PreparedPicture>>();
  /** Least recently used first. */
  const kept = new Map<string, PreparedPicture>();
  let bytes = 0;

  function keep(key: string, picture: PreparedPicture): void {
    kept.set(key, picture);
    bytes += picture.pixels.byteLength;
    for (const [oldest, { pixels }] of kept) {
      if (bytes <= maxBytes) break;
      kept.delete(oldest);
      bytes -= pixels.byteLength;
    }
  }

  async function make(key: string): Promise<PreparedPicture> {
    try {
      const picture = await prepare(key);
      keep(key, picture);
      return picture;
    } finally {
      making.delete(key);
    }
  }

  return {
    async get(key) {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const underway = making.get(key) ?? make(key);
      making.set(key, underway);
      return await underway;
    },
  };
}
