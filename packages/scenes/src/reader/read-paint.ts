import type { ImagePixels } from "@megapairs/spec";
import colours from "../data/colours.json" with { type: "json" };
import { colourDistance, toRgb } from "../render/canvas.ts";
import type { ColourName, TextureName } from "../world/scene.ts";
import { COLOURS } from "../world/scene.ts";
import { colourAt } from "./frame.ts";
import { innerPixels, type Region } from "./regions.ts";

/** How a region is filled. */
export interface PaintReading {
  readonly colour: ColourName;
  readonly texture: TextureName;
  /** Pixels well inside the region that are of neither tone of the colour. */
  readonly strange: readonly number[];
}

const MOST_MISFIT = 60;
/** Thin shapes keep too little two pixels from their edge; one must do. */
const LEAST_DEEP = 0.4;
const TONE_PENALTY = 8;

/** The colour whose two tones explain the region best, and the texture that they form in it. */
export function readPaint(frame: ImagePixels, region: Region): PaintReading {
  const deep = innerPixels(region, 2);
  const isThin = deep.length < LEAST_DEEP * region.pixels.length;
  const inner = isThin ? innerPixels(region, 1) : deep;
  const colour = bestColour(frame, inner);
  const main = toRgb(colours[colour].rgb);
  const tone = toRgb(colours[colour].tone);
  const isTone = new Map<number, boolean>();
  const strange: number[] = [];
  for (const pixel of inner) {
    const rgb = colourAt(frame, pixel);
    const [toMain, toTone] = [colourDistance(rgb, main), colourDistance(rgb, tone)];
    if (Math.min(toMain, toTone) > MOST_MISFIT) strange.push(pixel);
    isTone.set(pixel, toTone < toMain);
  }
  return { colour, texture: textureOf(isTone, frame.width, isThin ? 0.22 : 0.13), strange };
}

function bestColour(frame: ImagePixels, pixels: readonly number[]): ColourName {
  let best: ColourName = "red";
  let least = Infinity;
  for (const colour of COLOURS) {
    const main = toRgb(colours[colour].rgb);
    const tone = toRgb(colours[colour].tone);
    let sum = 0;
    for (const pixel of pixels) {
      const rgb = colourAt(frame, pixel);
      sum += Math.min(
        colourDistance(rgb, main),
        colourDistance(rgb, tone) + TONE_PENALTY,
        MOST_MISFIT,
      );
    }
    if (sum < least) [best, least] = [colour, sum];
  }
  return best;
}

/** Stripes repeat along one diagonal and change along the other; dots cover less than checkers. */
function textureOf(
  isTone: ReadonlyMap<number, boolean>,
  width: number,
  leastShare: number,
): TextureName {
  const share = [...isTone.values()].filter(Boolean).length / isTone.size;
  if (share < leastShare || share > 0.9) return "plain";
  const along = agreement(isTone, 3 - 3 * width);
  const across = agreement(isTone, 3 + 3 * width);
  if (along - across > 0.35) return "striped";
  return share > 0.39 ? "checkered" : "dotted";
}

function agreement(isTone: ReadonlyMap<number, boolean>, step: number): number {
  let [same, count] = [0, 0];
  for (const [pixel, tone] of isTone) {
    const other = isTone.get(pixel + step);
    if (other === undefined) continue;
    count += 1;
    if (other === tone) same += 1;
  }
  return count === 0 ? 0 : same / count;
}
