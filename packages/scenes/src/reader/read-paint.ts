import type { ImagePixels } from "@megapairs/spec";
import colours from "../data/colours.json" with { type: "json" };
import { toRgb } from "../render/canvas.ts";
import type { ColourName, TextureName } from "../world/scene.ts";
import { COLOURS } from "../world/scene.ts";
import { pixelDistance } from "./frame.ts";
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
/** Which tone a pixel shows; 0 for a pixel that was not looked at. */
const [MAIN, TONE] = [1, 2];

/** The colour whose two tones explain the region best, and the texture that they form in it. */
export function readPaint(frame: ImagePixels, region: Region): PaintReading {
  const deep = innerPixels(region, 2);
  const isThin = deep.length < LEAST_DEEP * region.pixels.length;
  const inner = isThin ? innerPixels(region, 1) : deep;
  const colour = bestColour(frame, inner);
  const main = toRgb(colours[colour].rgb);
  const tone = toRgb(colours[colour].tone);
  const tones = new Uint8Array(frame.width * frame.height);
  const strange: number[] = [];
  for (const pixel of inner) {
    const toMain = pixelDistance(frame, pixel, main);
    const toTone = pixelDistance(frame, pixel, tone);
    if (Math.min(toMain, toTone) > MOST_MISFIT) strange.push(pixel);
    tones[pixel] = toTone < toMain ? TONE : MAIN;
  }
  const texture = textureOf(tones, inner, frame.width, isThin ? 0.22 : 0.13);
  return { colour, texture, strange };
}

function bestColour(frame: ImagePixels, pixels: Int32Array): ColourName {
  let best: ColourName = "red";
  let least = Infinity;
  for (const colour of COLOURS) {
    const main = toRgb(colours[colour].rgb);
    const tone = toRgb(colours[colour].tone);
    let sum = 0;
    for (const pixel of pixels) {
      sum += Math.min(
        pixelDistance(frame, pixel, main),
        pixelDistance(frame, pixel, tone) + TONE_PENALTY,
        MOST_MISFIT,
      );
      if (sum >= least) break;
    }
    if (sum < least) [best, least] = [colour, sum];
  }
  return best;
}

/** Stripes repeat along one diagonal and change along the other; dots cover less than checkers. */
function textureOf(
  tones: Uint8Array,
  pixels: Int32Array,
  width: number,
  leastShare: number,
): TextureName {
  let toned = 0;
  for (const pixel of pixels) if (tones[pixel] === TONE) toned += 1;
  const share = toned / pixels.length;
  if (share < leastShare || share > 0.9) return "plain";
  const along = agreement(tones, pixels, 3 - 3 * width);
  const across = agreement(tones, pixels, 3 + 3 * width);
  if (along - across > 0.35) return "striped";
  return share > 0.39 ? "checkered" : "dotted";
}

/** Share of the pixels whose tone is that of the pixel `step` further, of those where one is. */
function agreement(tones: Uint8Array, pixels: Int32Array, step: number): number {
  let [same, count] = [0, 0];
  for (const pixel of pixels) {
    const other = tones[pixel + step] ?? 0;
    if (other === 0) continue;
    count += 1;
    if (other === tones[pixel]) same += 1;
  }
  return count === 0 ? 0 : same / count;
}
