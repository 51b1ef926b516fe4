import type { ImagePixels } from "@megapairs/spec";
import photoColours from "../data/photo-colours.json" with { type: "json" };
import { colourAt, toFrame } from "./frame.ts";

/** What can be said of any picture from its pixel statistics. */
export interface PhotoReading {
  /** Names of the colours of most pixels, at most three, each of at least a tenth; most first. */
  readonly colours: readonly string[];
  /** By mean luminance: below 85, above 170, or between. */
  readonly brightness: "dark" | "medium" | "bright";
  /** Mean luminance, 0 to 255. */
  readonly luminance: number;
  /** By mean luminance step between neighbouring pixels: below 6, or not. */
  readonly detail: "smooth" | "detailed";
  /** The third of the width with the strongest luminance steps. */
  readonly focus: "on the left" | "in the middle" | "on the right";
}

const COLOUR_NAMES = Object.entries(photoColours);
const LEAST_SHARE = 0.1;
const FOCUS = ["on the left", "in the middle", "on the right"] as const;

/** Reads colours, brightness and layout of any picture. */
export function readPhoto(pixels: ImagePixels): PhotoReading {
  const frame = toFrame(pixels);
  const steps = luminanceSteps(frame);
  const total = steps.reduce((sum, step) => sum + step, 0);
  const luminance = meanLuminance(frame);
  const brightness = luminance < 85 ? "dark" : luminance > 170 ? "bright" : "medium";
  return {
    colours: commonColours(frame),
    brightness,
    luminance,
    detail: total / (frame.width * frame.height) < 6 ? "smooth" : "detailed",
    focus: FOCUS[steps.indexOf(Math.max(...steps))] ?? "in the middle",
  };
}

function commonColours(frame: ImagePixels): readonly string[] {
  const counts = new Map<string, number>();
  const count = frame.width * frame.height;
  for (let pixel = 0; pixel < count; pixel++) {
    const name = nearestName(colourAt(frame, pixel));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, pixels]) => pixels >= LEAST_SHARE * count)
    .toSorted(([, first], [, second]) => second - first)
    .slice(0, 3)
    .map(([name]) => name);
}

function nearestName([red, green, blue]: readonly [number, number, number]): string {
  let best = "grey";
  let least = Infinity;
  for (const [name, [r = 0, g = 0, b = 0]] of COLOUR_NAMES) {
    const squared = (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2;
    if (squared < least) [best, least] = [name, squared];
  }
  return best;
}

function luminanceAt(frame: ImagePixels, pixel: number): number {
  const [red, green, blue] = colourAt(frame, pixel);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function meanLuminance(frame: ImagePixels): number {
  const count = frame.width * frame.height;
  let sum = 0;
  for (let pixel = 0; pixel < count; pixel++) sum += luminanceAt(frame, pixel);
  return sum / count;
}

/** Summed absolute steps to the right neighbour, for each third of the width. */
function luminanceSteps(frame: ImagePixels): readonly number[] {
  const sums = [0, 0, 0];
  for (let pixel = 1; pixel < frame.width * frame.height; pixel++) {
    const column = pixel % frame.width;
    if (column === 0) continue;
    const third = Math.floor((3 * column) / frame.width);
    sums[third] =
      (sums[third] ?? 0) + Math.abs(luminanceAt(frame, pixel) - luminanceAt(frame, pixel - 1));
  }
  return sums;
}
