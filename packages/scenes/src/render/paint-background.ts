import backgrounds from "../data/backgrounds.json" with { type: "json" };
import type { SceneBackground } from "../world/scene.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import type { Canvas } from "./canvas.ts";
import { blend, mix, toRgb } from "./canvas.ts";
import { BACKGROUND_PATTERNS } from "./patterns.ts";

/** Fills the canvas with a background, its pattern shifted by up to four percent of the side. */
export function paintBackground(
  canvas: Canvas,
  background: SceneBackground,
  random: SeededRandom,
): void {
  const { size } = canvas;
  const base = toRgb(backgrounds[background.colour].rgb);
  const shade = toRgb(backgrounds[background.colour].shade);
  const pattern = BACKGROUND_PATTERNS[background.kind];
  const shiftX = random.between(0, 0.04);
  const shiftY = random.between(0, 0.04);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const share = pattern((column + 0.5) / size + shiftX, (row + 0.5) / size + shiftY, 1 / size);
      blend(canvas, row * size + column, mix(base, shade, share), 1);
    }
  }
}
