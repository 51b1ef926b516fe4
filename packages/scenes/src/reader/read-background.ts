import type { ImagePixels } from "@megapairs/spec";
import backgrounds from "../data/backgrounds.json" with { type: "json" };
import { colourDistance, mix, toRgb, type Rgb } from "../render/canvas.ts";
import type { BackgroundColourName, BackgroundKind, SceneBackground } from "../world/scene.ts";
import { BACKGROUND_COLOURS } from "../world/scene.ts";
import { colourAt } from "./frame.ts";

/** What lies behind the objects of a frame, and where it shows. */
export interface BackgroundReading {
  readonly background: SceneBackground;
  /** Mean distance of the border's pixels from what the background explains; 0 to 442. */
  readonly misfit: number;
  /** 1 where something stands before the background, row-major `[height, width]`. */
  readonly foreground: Uint8Array;
}

interface Explanation {
  /** Share of the second shade, in [0, 1]. */
  readonly share: number;
  readonly distance: number;
}

const SHARES = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
const DEEPEST_SHADOW = 0.76;
const BRIGHTEST_LIGHT = 1.04;
const MOST_NOISE = 22;

/**
 * Finds the background that best explains the frame's outermost two pixels, its kind from how the
 * second shade is spread over the frame, and the pixels that it does not explain. Shadows, a
 * darkening by up to a quarter, count as background.
 */
export function readBackground(frame: ImagePixels): BackgroundReading {
  const border = borderPixels(frame);
  let colour: BackgroundColourName = "white";
  let misfit = Infinity;
  for (const candidate of BACKGROUND_COLOURS) {
    const explain = explainer(candidate, 0.97, BRIGHTEST_LIGHT);
    let sum = 0;
    for (const pixel of border) sum += Math.min(80, explain(colourAt(frame, pixel)).distance);
    if (sum / border.length < misfit) [colour, misfit] = [candidate, sum / border.length];
  }
  const explain = explainer(colour, DEEPEST_SHADOW, BRIGHTEST_LIGHT);
  const foreground = new Uint8Array(frame.width * frame.height);
  for (const pixel of foreground.keys()) {
    if (explain(colourAt(frame, pixel)).distance > MOST_NOISE) foreground[pixel] = 1;
  }
  return { background: { kind: kindOf(frame, colour), colour }, misfit, foreground };
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

function explainer(
  colour: BackgroundColourName,
  darkest: number,
  brightest: number,
): (pixel: Rgb) => Explanation {
  const base = toRgb(backgrounds[colour].rgb);
  const shade = toRgb(backgrounds[colour].shade);
  const candidates = SHARES.map((share) => {
    const rgb = mix(base, shade, share);
    return { share, rgb, length: rgb[0] ** 2 + rgb[1] ** 2 + rgb[2] ** 2 };
  });
  return ([red, green, blue]) => {
    let best: Explanation = { share: 0, distance: Infinity };
    for (const { share, rgb, length } of candidates) {
      const along = red * rgb[0] + green * rgb[1] + blue * rgb[2];
      const light = Math.min(brightest, Math.max(darkest, along / length));
      const lit: Rgb = [light * rgb[0], light * rgb[1], light * rgb[2]];
      const distance = colourDistance([red, green, blue], lit);
      if (distance < best.distance) best = { share, distance };
    }
    return best;
  };
}

/** The kind, from the mean and the spread of the second shade's share in every row. */
function kindOf(frame: ImagePixels, colour: BackgroundColourName): BackgroundKind {
  const explain = explainer(colour, 1, 1);
  const means: number[] = [];
  let spread = 0;
  for (let row = 0; row < frame.height; row++) {
    const shares: number[] = [];
    for (let column = 0; column < frame.width; column++) {
      const { share, distance } = explain(colourAt(frame, row * frame.width + column));
      if (distance <= MOST_NOISE) shares.push(share);
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
