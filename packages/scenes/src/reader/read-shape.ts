import { SIGNED_DISTANCES } from "../render/signed-distance.ts";
import type { ShapeName } from "../world/scene.ts";
import { SHAPES } from "../world/scene.ts";
import type { Region } from "./regions.ts";

/** The outline that covers a region best. */
export interface ShapeReading {
  readonly shape: ShapeName;
  /** Intersection over union of the outline and the region, in [0, 1]. */
  readonly overlap: number;
  /** Pixels. */
  readonly radius: number;
  /** Pixels, from the top left. */
  readonly centre: readonly [number, number];
}

interface Moments {
  readonly area: number;
  readonly x: number;
  readonly y: number;
}

const TURNS = [-8, -4, 0, 4, 8].map((degrees) => (degrees * Math.PI) / 180);
/** Worked out when first needed: that takes a while. */
const unitMomentsByShape = new Map<ShapeName, Moments>();

/**
 * Lays every known outline over the region, scaled to its area, centred on its centroid and turned
 * by up to 8 degrees, and keeps the one that covers it best.
 */
export function readShape(region: Region): ShapeReading {
  const moments = regionMoments(region);
  let best: ShapeReading = { shape: "circle", overlap: -1, radius: 0, centre: [0, 0] };
  for (const shape of SHAPES) {
    for (const turn of TURNS) {
      best = layOver(region, moments, shape, turn, best) ?? best;
    }
  }
  return best;
}

/** Lays one outline over the region; undefined where it covers it no better than `best`. */
function layOver(
  { pixels, width }: Region,
  moments: Moments,
  shape: ShapeName,
  turn: number,
  best: ShapeReading,
): ShapeReading | undefined {
  const unit = unitMomentsOf(shape);
  const outline = SIGNED_DISTANCES[shape];
  const radius = Math.sqrt(moments.area / unit.area);
  const cosine = Math.cos(turn);
  const sine = Math.sin(turn);
  const centreX = moments.x - radius * (cosine * unit.x - sine * unit.y);
  const centreY = moments.y - radius * (cosine * unit.y + sine * unit.x);
  let both = moments.area;
  for (const pixel of pixels) {
    const x = ((pixel % width) + 0.5 - centreX) / radius;
    const y = (Math.floor(pixel / width) + 0.5 - centreY) / radius;
    if (outline(cosine * x + sine * y, cosine * y - sine * x) < 0) continue;
    both -= 1;
    if (overlapOf(both, moments) <= best.overlap) return undefined;
  }
  const overlap = overlapOf(both, moments);
  if (overlap <= best.overlap) return undefined;
  return { shape, overlap, radius, centre: [centreX, centreY] };
}

/** Intersection over union of a region and an outline of its area that have `both` pixels in common. */
function overlapOf(both: number, { area }: Moments): number {
  return both / (2 * area - both);
}

function regionMoments({ pixels, width }: Region): Moments {
  let x = 0;
  let y = 0;
  for (const pixel of pixels) {
    x += (pixel % width) + 0.5;
    y += Math.floor(pixel / width) + 0.5;
  }
  return { area: pixels.length, x: x / pixels.length, y: y / pixels.length };
}

function unitMomentsOf(shape: ShapeName): Moments {
  const known = unitMomentsByShape.get(shape);
  if (known !== undefined) return known;
  const moments = measureUnit(shape);
  unitMomentsByShape.set(shape, moments);
  return moments;
}

/** Area and centroid of an outline of unit radius, from a fine grid. */
function measureUnit(shape: ShapeName): Moments {
  const outline = SIGNED_DISTANCES[shape];
  const step = 0.02;
  let [count, x, y] = [0, 0, 0];
  for (let down = -1.3; down < 1.3; down += step) {
    for (let across = -1.3; across < 1.3; across += step) {
      if (outline(across, down) >= 0) continue;
      count += 1;
      x += across;
      y += down;
    }
  }
  return { area: count * step * step, x: x / count, y: y / count };
}
