import type { ImagePixels } from "@megapairs/spec";
import photoColours from "../data/photo-colours.json" with { type: "json" };
import { toFrame } from "./frame.ts";

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

const COLOUR_NAMES = Object.keys(photoColours);
/** Red, green and blue of each name, one by one. */
const COLOURS = Float64Array.from(Object.values(photoColours).flat());
const LEAST_SHARE = 0.1;
const FOCUS = ["on the left", "in the middle", "on the right"] as const;

/** Reads colours, brightness and layout of any picture. */
export function readPhoto(pixels: ImagePixels): PhotoReading {
  const frame = toFrame(pixels);
  const luminances = luminancesOf(frame);
  const steps = luminanceSteps(luminances, frame.width);
  const total = steps.reduce((sum, step) => sum + step, 0);
  const luminance = luminances.reduce((sum, value) => sum + value, 0) / luminances.length;
  const brightness = luminance < 85 ? "dark" : luminance > 170 ? "bright" : "medium";
  return {
    colours: commonColours(frame),
    brightness,
    luminance,
    detail: total / luminances.length < 6 ? "smooth" : "detailed",
    focus: FOCUS[steps.indexOf(Math.max(...steps))] ?? "in the middle",
  };
}

function commonColours({ data }: ImagePixels): readonly string[] {
  const pixels = data.length / 3;
  const counts = new Uint32Array(COLOUR_NAMES.length);
  const found: number[] = [];
  for (let at = 0; at < data.length; at += 3) {
    const colour = nearestColour(data[at]!, data[at + 1]!, data[at + 2]!);
    if (counts[colour] === 0) found.push(colour);
    counts[colour]! += 1;
  }
  return found
    .filter((colour) => counts[colour]! >= LEAST_SHARE * pixels)
    .toSorted((first, second) => counts[second]! - counts[first]!)
    .slice(0, 3)
    .map((colour) => COLOUR_NAMES[colour]!);
}

/** Index of the nearest colour that has a name. */
function nearestColour(red: number, green: number, blue: number): number {
  let nearest = 0;
  let least = Infinity;
  for (let at = 0; at < COLOURS.length; at += 3) {
    const toRed = red - COLOURS[at]!;
    const toGreen = green - COLOURS[at + 1]!;
    const toBlue = blue - COLOURS[at + 2]!;
    const squared = toRed * toRed + toGreen * toGreen + toBlue * toBlue;
    if (squared < least) [nearest, least] = [at / 3, squared];
  }
  return nearest;
}

function luminancesOf({ data, width, height }: ImagePixels): Float64Array {
  const luminances = new Float64Array(width * height);
  for (let pixel = 0; pixel < luminances.length; pixel++) {
    const at = 3 * pixel;
    luminances[pixel] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  }
  return luminances;
}

/** Summed absolute steps to the right neighbour, for each third of the width. */
function luminanceSteps(luminances: Float64Array, width: number): readonly number[] {
  const sums = [0, 0, 0];
  for (let pixel = 1; pixel < luminances.length; pixel++) {
    const column = pixel % width;
    if (column === 0) continue;
    const third = Math.floor((3 * column) / width);
    sums[third]! += Math.abs(luminances[pixel]! - luminances[pixel - 1]!);
  }
  return sums;
}
