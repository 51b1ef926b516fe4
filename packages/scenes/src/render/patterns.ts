import type { BackgroundKind, TextureName } from "../world/scene.ts";
import { coverage } from "./canvas.ts";

/**
 * How much of the second tone a pattern shows at a point, in [0, 1]. Coordinates and `pixel`, the
 * side of one pixel, are in sides of the picture; edges are one pixel soft.
 */
export type Pattern = (x: number, y: number, pixel: number) => number;

/** Patterns of objects, around the object's centre and turned with it. */
export const TEXTURE_PATTERNS: Readonly<Record<TextureName, Pattern>> = {
  plain: () => 0,
  striped: (x, y, pixel) => coverage(bandDistance((x + y) * Math.SQRT1_2, 0.056, 0.5) / pixel),
  dotted: (x, y, pixel) => coverage(dotDistance(x, y, 0.058, 0.0175) / pixel),
  checkered: (x, y, pixel) => {
    const across = coverage(bandDistance(x, 0.084, 0.5) / pixel);
    const down = coverage(bandDistance(y, 0.084, 0.5) / pixel);
    return across * (1 - down) + down * (1 - across);
  },
};

/** Patterns of backgrounds, from the top left of the picture. */
export const BACKGROUND_PATTERNS: Readonly<Record<BackgroundKind, Pattern>> = {
  plain: () => 0,
  gradient: (_x, y) => y,
  horizon: (_x, y, pixel) => coverage((0.66 - y) / pixel),
  grid: (x, y, pixel) =>
    0.85 * coverage(Math.min(bandDistance(x, 0.125, 0.11), bandDistance(y, 0.125, 0.11)) / pixel),
  dotted: (x, y, pixel) => 0.85 * coverage(dotDistance(x, y, 0.1, 0.022) / pixel),
};

/** Distance to the nearest band of a ruling: `share` of every period is band. */
function bandDistance(at: number, period: number, share: number): number {
  const phase = at / period - Math.floor(at / period);
  return (Math.abs(phase - 0.5) - share / 2) * period;
}

function dotDistance(x: number, y: number, period: number, radius: number): number {
  const row = Math.round(y / period);
  const offset = row % 2 === 0 ? 0 : 0.5;
  const column = Math.round(x / period - offset) + offset;
  return Math.sqrt((x - column * period) ** 2 + (y - row * period) ** 2) - radius;
}
