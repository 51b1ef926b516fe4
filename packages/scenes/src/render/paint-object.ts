import colours from "../data/colours.json" with { type: "json" };
import layout from "../data/layout.json" with { type: "json" };
import type { SceneObject } from "../world/scene.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import type { Canvas, Rgb } from "./canvas.ts";
import { blend, coverage, mix, toRgb } from "./canvas.ts";
import { TEXTURE_PATTERNS } from "./patterns.ts";
import { SIGNED_DISTANCES } from "./signed-distance.ts";

const MOST_SHIFT = 0.012;
const MOST_TURN = (7 * Math.PI) / 180;
const MOST_SCALE = 0.04;
const MOST_TINT = 6;
const SHADOW = { shift: 0.014, blur: 0.03, opacity: 0.2 };
const RIM = { width: 0.012, darkness: 0.22 };
const RELIEF = 0.09;

/**
 * Paints an object with its soft shadow: shifted by up to 1.2 percent of the side, turned by up to
 * 7 degrees, scaled by up to 4 percent and tinted by up to 6 levels, all drawn from `random`.
 */
export function paintObject(canvas: Canvas, object: SceneObject, random: SeededRandom): void {
  const { size } = canvas;
  const pixel = 1 / size;
  const centreX = (layout.centres[object.column] ?? 0.5) + random.between(-MOST_SHIFT, MOST_SHIFT);
  const centreY = (layout.centres[object.row] ?? 0.5) + random.between(-MOST_SHIFT, MOST_SHIFT);
  const turn = random.between(-MOST_TURN, MOST_TURN);
  const radius = layout.radii[object.size] * random.between(1 - MOST_SCALE, 1 + MOST_SCALE);
  const main = tint(toRgb(colours[object.colour].rgb), random);
  const tone = tint(toRgb(colours[object.colour].tone), random);
  const outline = SIGNED_DISTANCES[object.shape];
  const pattern = TEXTURE_PATTERNS[object.texture];
  const cosine = Math.cos(turn);
  const sine = Math.sin(turn);
  /** Signed distance in sides, of a point given relative to the centre. */
  const distanceAt = (x: number, y: number): number =>
    radius * outline((cosine * x + sine * y) / radius, (cosine * y - sine * x) / radius);

  const reach = 1.2 * radius + SHADOW.shift + SHADOW.blur;
  const first = (centre: number): number => Math.max(0, Math.floor((centre - reach) * size));
  const last = (centre: number): number => Math.min(size, Math.ceil((centre + reach) * size));
  for (let row = first(centreY); row < last(centreY); row++) {
    for (let column = first(centreX); column < last(centreX); column++) {
      const x = (column + 0.5) * pixel - centreX;
      const y = (row + 0.5) * pixel - centreY;
      const at = row * size + column;
      const behind = distanceAt(x - SHADOW.shift, y - SHADOW.shift) / SHADOW.blur;
      const darkness = SHADOW.opacity * Math.min(1, Math.max(0, 0.5 - behind));
      if (darkness > 0) blend(canvas, at, [0, 0, 0], darkness);

      const distance = distanceAt(x, y);
      const covered = coverage(distance / pixel);
      if (covered === 0) continue;
      const u = cosine * x + sine * y;
      const v = cosine * y - sine * x;
      const rim = RIM.darkness * coverage(-(distance + RIM.width) / pixel);
      const light = (1 - rim) * (1 - (RELIEF * (u + v)) / (2 * radius));
      const [red, green, blue] = mix(main, tone, pattern(u, v, pixel));
      blend(canvas, at, [red * light, green * light, blue * light], covered);
    }
  }
}

function tint(colour: Rgb, random: SeededRandom): Rgb {
  const shift = (): number => random.between(-MOST_TINT, MOST_TINT);
  return [colour[0] + shift(), colour[1] + shift(), colour[2] + shift()];
}
