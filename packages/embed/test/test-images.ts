import { testPicture } from "@megapairs/conformance";
import type { EmbedImage } from "@megapairs/embed";

/** Pictures `image-0`, `image-1`, …, each with a caption of its own. */
export function testImages(count: number): EmbedImage[] {
  return Array.from({ length: count }, (_, variant) => ({
    id: `image-${variant}`,
    bytes: testPicture({ variant, width: 8 + variant, height: 8 }).bytes.bytes,
    caption: `picture ${variant}`,
  }));
}
