import type { ImageMediaType } from "@megapairs/spec";

import extensions from "./media-type-extensions.json" with { type: "json" };

/** Path of an image in an export: `images/ab/abcdef….jpg`. */
export function exportedImagePath(id: string, mediaType: ImageMediaType): string {
  return `images/${id.slice(0, 2)}/${id}.${extensions[mediaType]}`;
}
