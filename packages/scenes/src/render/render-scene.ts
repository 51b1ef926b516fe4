import type { ImagePixels } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import type { Scene } from "../world/scene.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import { createSeededRandom } from "../world/seeded-random.ts";
import type { Canvas } from "./canvas.ts";
import { paintBackground } from "./paint-background.ts";
import { paintObject } from "./paint-object.ts";

/** Options of {@link renderScene}. */
export interface RenderSceneOptions {
  /** Which of the many pictures of the scene: position, turn, tint, light and grain follow it. */
  readonly seed: number;
  /** Width and height in pixels, 16 to 4096. Default 128: every detail is visible from there on. */
  readonly size?: number | undefined;
}

const MOST_GRAIN = 2.5;
const MOST_LIGHT = 0.03;

/**
 * Paints a scene: antialiased shapes with soft shadows on a background, slightly different for
 * every seed, byte-identical for the same one.
 *
 * Throws `invalid-argument` on a size out of range.
 */
export function renderScene(scene: Scene, options: RenderSceneOptions): ImagePixels {
  const { seed, size = 128 } = options;
  if (!Number.isInteger(size) || size < 16 || size > 4096) {
    throw new MegaPairsError(
      "invalid-argument",
      `The picture size is ${size}; expected an integer from 16 to 4096 pixels.`,
    );
  }
  const canvas: Canvas = { size, data: new Float32Array(size * size * 3) };
  paintBackground(canvas, scene.background, createSeededRandom("background", seed));
  for (const [index, object] of scene.objects.entries()) {
    paintObject(canvas, object, createSeededRandom("object", seed, index));
  }
  return develop(canvas, createSeededRandom("light", seed));
}

/** Lights the picture from one side, adds grain, rounds to bytes. */
function develop(canvas: Canvas, random: SeededRandom): ImagePixels {
  const { size } = canvas;
  const tiltX = random.between(-MOST_LIGHT, MOST_LIGHT) / size;
  const tiltY = random.between(-MOST_LIGHT, MOST_LIGHT) / size;
  const data = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const light = 1 + tiltX * (column - size / 2) + tiltY * (row - size / 2);
      const grain = random.between(-MOST_GRAIN, MOST_GRAIN);
      for (let channel = 0; channel < 3; channel++) {
        const at = 3 * (row * size + column) + channel;
        data[at] = Math.min(255, Math.max(0, Math.round((canvas.data[at] ?? 0) * light + grain)));
      }
    }
  }
  return { type: "pixels", data, width: size, height: size };
}
