import type { ImagePixels } from "@megapairs/spec";
import backgrounds from "../data/backgrounds.json" with { type: "json" };
import { mix, toRgb } from "../render/canvas.ts";
import type { BackgroundColourName, BackgroundKind, SceneBackground } from "../world/scene.ts";
import { BACKGROUND_COLOURS } from "../world/scene.ts";

/** What lies behind the objects of a frame, and where it shows. */
export interface BackgroundReading {
  readonly background: SceneBackground;
  /** Mean distance of the border's pixels from what the background explains; 0 to 442. */
  readonly misfit: number;
  /** 1 where something stands before the background, row-major `[height, width]`. */
  readonly foreground: Uint8Array;
}

const SHARES = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
/** Of the shades of a background: red, green, blue and the squared length of that, one by one. */
const SHADES = new Map(BACKGROUND_COLOURS.map((colour) => [colour, shadesOf(colour)]));
const DEEPEST_SHADOW = 0.76;
const FAINTEST_SHADOW = 0.97;
const BRIGHTEST_LIGHT = 1.04;
const MOST_NOISE = 22;
const MOST_MISFIT = 80;

/**
 * Finds the background that best explains the frame's outermost two pixels, its kind from how the
 * second shade is spread over the frame, and the pixels that it does not explain. Shadows, a
 * darkening by up to a quarter, count as background.
 */
export function readBackground(frame: ImagePixels): BackgroundReading {
  const { colour, misfit } = readColour(frame);
  const shades = SHADES.get(colour)!;
  const foreground = new Uint8Array(frame.width * frame.height);
  for (let pixel = 0; pixel < foreground.length; pixel++) {
    if (distanceOf(frame, pixel, shades, DEEPEST_SHADOW, MOST_NOISE) > MOST_NOISE) {
      foreground[pixel] = 1;
    }
  }
  return { background: { kind: kindOf(frame, shades), colour }, misfit, foreground };
}

function shadesOf(colour: BackgroundColourName): Float64Array {
  const base = toRgb(backgrounds[colour].rgb);
  const shade = toRgb(backgrounds[colour].shade);
  const values = SHARES.flatMap((share) => {
    const rgb = mix(base, shade, share);
    return [...rgb, rgb[0] ** 2 + rgb[1] ** 2 + rgb[2] ** 2];
  });
  return Float64Array.from(values);
}

/** The colour that explains the border best. A candidate is dropped once it cannot be. */
function readColour(frame: ImagePixels): {
  readonly colour: BackgroundColourName;
  readonly misfit: number;
} {
  const border = borderPixels(frame);
  let colour: BackgroundColourName = "white";
  let least = Infinity;
  for (const [candidate, shades] of SHADES) {
    let sum = 0;
    for (const pixel of border) {
      sum += Math.min(MOST_MISFIT, distanceOf(frame, pixel, shades, FAINTEST_SHADOW, 0));
      if (sum >= least) break;
    }
    if (sum < least) [colour, least] = [candidate, sum];
  }
  return { colour, misfit: least / border.length };
}

function borderPixels({ width, height }: ImagePixels): readonly number[] {
  const pixels: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const column = pixel % width;
    const row = Math.floor(pixel / width);
    if (column < 2 || row < 2 || column >= width - 2 || row >= height - 2) pixels.push(pixel);
  }
  return pixels;
}

/**
 * Distance of a pixel from the nearest shade, at the light from `darkest` on that suits it best; of
 * the first shade, where one is that is no farther than `enough`.
 */
function distanceOf(
  { data }: ImagePixels,
  pixel: number,
  shades: Float64Array,
  darkest: number,
  enough: number,
): number {
  const red = data[3 * pixel]!;
  const green = data[3 * pixel + 1]!;
  const blue = data[3 * pixel + 2]!;
  let least = Infinity;
  for (let at = 0; at < shades.length; at += 4) {
    const along = red * shades[at]! + green * shades[at + 1]! + blue * shades[at + 2]!;
    const light = Math.min(BRIGHTEST_LIGHT, Math.max(darkest, along / shades[at + 3]!));
    const toRed = red - light * shades[at]!;
    const toGreen = green - light * shades[at + 1]!;
    const toBlue = blue - light * shades[at + 2]!;
    const squared = toRed * toRed + toGreen * toGreen + toBlue * toBlue;
    if (squared < least) least = squared;
    if (least <= enough * enough) break;
  }
  return Math.sqrt(least);
}

/** Share of the second shade that a pixel shows, at even light; undefined where it is far from all. */
function shareAt({ data }: ImagePixels, pixel: number, shades: Float64Array): number | undefined {
  const red = data[3 * pixel]!;
  const green = data[3 * pixel + 1]!;
  const blue = data[3 * pixel + 2]!;
  let nearest = 0;
  let least = Infinity;
  for (let at = 0; at < shades.length; at += 4) {
    const toRed = red - shades[at]!;
    const toGreen = green - shades[at + 1]!;
    const toBlue = blue - shades[at + 2]!;
    const squared = toRed * toRed + toGreen * toGreen + toBlue * toBlue;
    if (squared < least) [nearest, least] = [at / 4, squared];
  }
  return Math.sqrt(least) <= MOST_NOISE ? SHARES[nearest] : undefined;
}

/** The kind, from the mean and the spread of the second shade's share in every row. */
function kindOf(frame: ImagePixels, shades: Float64Array): BackgroundKind {
  const means: number[] = [];
  let spread = 0;
  for (let row = 0; row < frame.height; row++) {
    const shares: number[] = [];
    for (let column = 0; column < frame.width; column++) {
      const share = shareAt(frame, row * frame.width + column, shades);
      if (share !== undefined) shares.push(share);
    }
    if (shares.length < frame.width / 8) continue;
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    means.push(mean);
    spread += Math.sqrt(
      shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length,
    );
  }
  const lined = means.filter((mean) => mean > 0.6).length / means.length;
  const between = means.filter((mean) => mean > 0.25 && mean < 0.75).length / means.length;
  if (spread / means.length > 0.11) return lined > 0.04 ? "grid" : "dotted";
  if (Math.max(...means) - Math.min(...means) < 0.5) return "plain";
  return between > 0.25 ? "gradient" : "horizon";
}
