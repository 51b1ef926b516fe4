import { cropPixels } from "@megapairs/image";
import type { ImagePixels } from "@megapairs/spec";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** How far a view may be from its picture. */
export interface Augmentation {
  /** Smallest side of a crop, as a share of the picture's. */
  readonly leastSide: number;
  /** Share of views that are mirrored. */
  readonly mirrored: number;
  /** Hues are turned by up to so many degrees, either way. */
  readonly hue: number;
  /** Saturation, brightness and contrast are multiplied by `1 - strength` to `1 + strength`. */
  readonly strength: number;
  /** Share of views without colour. */
  readonly grey: number;
}

const LUMA = [0.213, 0.715, 0.072] as const;

/**
 * A view of a picture as SimCLR makes them (arXiv 2002.05709, §3): a random square of it, perhaps
 * mirrored, its colours changed. The same (picture, seed) gives the same bytes.
 */
export function augmentPicture(
  picture: ImagePixels,
  seed: number,
  augmentation: Augmentation,
): ImagePixels {
  const generator = xoroshiro128plus(seed);
  const between = (low: number, high: number): number =>
    low + uniformFloat64(generator) * (high - low);
  const { leastSide, mirrored, hue, strength, grey } = augmentation;
  const shortest = Math.min(picture.width, picture.height);
  const side = Math.round(shortest * between(leastSide, 1));
  const left = Math.floor(between(0, picture.width - side + 1));
  const top = Math.floor(between(0, picture.height - side + 1));
  const square = cropPixels(picture, { left, top, width: side, height: side });
  const isMirrored = between(0, 1) < mirrored;
  const isGrey = between(0, 1) < grey;
  const turn = (between(-hue, hue) * Math.PI) / 180;
  const saturation = isGrey ? 0 : between(1 - strength, 1 + strength);
  const brightness = between(1 - strength, 1 + strength);
  const contrast = between(1 - strength, 1 + strength);
  const matrix = hueMatrix(turn, saturation).map((weight) => weight * brightness * contrast);
  const offset = 128 * (1 - contrast);
  const data = new Uint8Array(square.data.length);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const from = 3 * (row * side + (isMirrored ? side - 1 - column : column));
      const to = 3 * (row * side + column);
      for (let channel = 0; channel < 3; channel += 1) {
        let value = offset;
        for (let source = 0; source < 3; source += 1) {
          value += matrix[3 * channel + source]! * square.data[from + source]!;
        }
        data[to + channel] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return { type: "pixels", data, width: side, height: side };
}

/** Turns hues around the axis of greys (feColorMatrix `hueRotate`), after saturating, row by row. */
function hueMatrix(turn: number, saturation: number): number[] {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [r, g, b] = LUMA;
  const hue = [
    [r + cos * (1 - r) - sin * r, g - cos * g - sin * g, b - cos * b + sin * (1 - b)],
    [r - cos * r + sin * 0.143, g + cos * (1 - g) + sin * 0.14, b - cos * b - sin * 0.283],
    [r - cos * r - sin * (1 - r), g - cos * g + sin * g, b + cos * (1 - b) + sin * b],
  ];
  const saturate = LUMA.map((_, row) =>
    LUMA.map((luma, column) => luma * (1 - saturation) + (row === column ? saturation : 0)),
  );
  return hue.flatMap((weights) =>
    LUMA.map((_, column) =>
      weights.reduce((sum, weight, at) => sum + weight * saturate[at]![column]!, 0),
    ),
  );
}
