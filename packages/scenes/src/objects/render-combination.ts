import { cropPixels } from "@megapairs/image";
import type { ImagePixels } from "@megapairs/spec";
import { renderScene } from "../render/render-scene.ts";
import type { Combination } from "./combination-scene.ts";
import { combinationScene } from "./combination-scene.ts";

const RENDERED = 192;
const SIDE = 96;

/**
 * A picture of a combination, 96 x 96 uint8 RGB: the middle of its scene, so that the object fills
 * two thirds of it. Slightly different for every seed, byte-identical for the same one.
 */
export function renderCombination(combination: Combination, seed: number): ImagePixels {
  const whole = renderScene(combinationScene(combination), { seed, size: RENDERED });
  const edge = (RENDERED - SIDE) / 2;
  return cropPixels(whole, { left: edge, top: edge, width: SIDE, height: SIDE });
}
