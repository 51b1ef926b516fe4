import type { ImagePixels } from "@megapairs/spec";
import type { Scene } from "../world/scene.ts";
import { toFrame } from "./frame.ts";
import { readPhoto, type PhotoReading } from "./read-photo.ts";
import { readScene } from "./read-scene.ts";

/** All that the offline VLM knows of a picture: about a kilobyte, without its pixels. */
export interface PictureReading {
  /** Undefined where the picture is not of the scenes world. */
  readonly scene: Scene | undefined;
  /** What can be said of any picture. */
  readonly photo: PhotoReading;
}

/** Reads a picture once for everything that is said of it. */
export function readPicture(pixels: ImagePixels): PictureReading {
  const frame = toFrame(pixels);
  return { scene: readScene(frame), photo: readPhoto(frame) };
}
