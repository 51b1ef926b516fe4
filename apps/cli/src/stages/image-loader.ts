import type { RunDatabase, StoredImageWithBytes } from "@megapairs/dataset";

/** Reads one image of the run. `corrupt-data` where there is none of that id. */
export type ImageLoader = (id: string) => Promise<StoredImageWithBytes>;

type Waiting = PromiseWithResolvers<StoredImageWithBytes>;

/**
 * Reads images one by one for many who ask at once: a lookup goes through all ids of the run, however
 * few it is for, so what is asked for during one goes out together with the next.
 */
export function createImageLoader(database: Pick<RunDatabase, "readImages">): ImageLoader {
  const waiting = new Map<string, Waiting>();
  let working: Promise<void> | undefined;

  async function lookUp(asked: ReadonlyMap<string, Waiting>): Promise<void> {
    const left = new Map(asked);
    try {
      for await (const image of database.readImages({ ids: [...asked.keys()], bytes: true })) {
        left.get(image.id)?.resolve(image);
        left.delete(image.id);
      }
    } catch (error) {
      if (asked.size === 1) for (const { reject } of left.values()) reject(error);
      else for (const [id, alone] of left) await lookUp(new Map([[id, alone]]));
    }
  }

  async function work(): Promise<void> {
    while (waiting.size > 0) {
      const asked = new Map(waiting);
      waiting.clear();
      await lookUp(asked);
    }
    working = undefined;
  }

  return (id) => {
    const known = waiting.get(id) ?? Promise.withResolvers<StoredImageWithBytes>();
    waiting.set(id, known);
    working ??= Promise.resolve().then(work);
    return known.promise;
  };
}
