import type { BackgroundColourName, ColourName, Scene, ShapeName } from "../world/scene.ts";

/** What tells pictures of one object apart, and all of it: every caption names it. */
export interface Combination {
  readonly shape: ShapeName;
  readonly colour: ColourName;
  readonly background: BackgroundColourName;
}

/**
 * The scene of a combination: a large plain object in the middle of a plain background. What
 * pictures of it vary in (place, turn, tint, light, grain) follows the seed of their rendering.
 */
export function combinationScene({ shape, colour, background }: Combination): Scene {
  return {
    background: { kind: "plain", colour: background },
    objects: [{ shape, colour, size: "large", texture: "plain", column: 1, row: 1 }],
  };
}
