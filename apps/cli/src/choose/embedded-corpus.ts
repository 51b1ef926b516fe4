import { createObjectsCorpus, createScenesCorpus } from "@megapairs/scenes";
import type { CorpusV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

const WORLDS = { scenes: createScenesCorpus, objects: createObjectsCorpus };
const MOST_PICTURES = 100_000_000;

/** True where a location names an embedded world, not a file: `scenes:600`, `objects:8000`. */
export function isEmbedded(location: string): boolean {
  return worldOf(location) !== undefined;
}

/**
 * The rendered pictures at a location: `scenes:COUNT` or `objects:COUNT`; undefined where it names
 * files. `invalid-argument` on a count that is none.
 */
export function embeddedCorpus(location: string, seed: number): CorpusV1 | undefined {
  const world = worldOf(location);
  if (world === undefined) return undefined;
  const images = Number(location.slice(world.length + 1));
  if (Number.isInteger(images) && images >= 1 && images <= MOST_PICTURES) {
    return WORLDS[world]({ images, seed });
  }
  throw new MegaPairsError(
    "invalid-argument",
    `${location}: expected ${world}:COUNT with a whole number of images, such as ${world}:600.`,
  );
}

function worldOf(location: string): keyof typeof WORLDS | undefined {
  if (location.startsWith("scenes:")) return "scenes";
  return location.startsWith("objects:") ? "objects" : undefined;
}
