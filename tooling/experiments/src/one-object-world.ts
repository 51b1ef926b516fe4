import type { Scene, SceneObject } from "@megapairs/scenes";
import { COLOURS, isRenderable, SHAPES } from "@megapairs/scenes";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Of this share of the pairs of colour and shape no picture is ever trained on. */
export const HELD_OUT_SHARE = 0.15;

/** What a caption of a scene with one object always says. */
export interface Combination {
  readonly shape: SceneObject["shape"];
  readonly colour: SceneObject["colour"];
  readonly background: Scene["background"]["colour"];
}

/** Few, so that a batch has pictures that differ in their shape alone. */
export const BACKGROUNDS = ["white", "azure", "mint", "peach"] as const;

/** All combinations that can be told apart by eye, split so that no pair of colour and shape is in both. */
export interface SplitWorld {
  readonly trained: readonly Combination[];
  readonly heldOut: readonly Combination[];
}

/** Splits the pairs of colour and shape: of `heldOutShare` of them no picture is ever trained on. */
export function splitCombinations(heldOutShare: number, seed: number): SplitWorld {
  const pairs = SHAPES.flatMap((shape) => COLOURS.map((colour) => ({ shape, colour })));
  const random = xoroshiro128plus(seed);
  for (let last = pairs.length - 1; last > 0; last -= 1) {
    const other = uniformInt(random, 0, last);
    [pairs[last], pairs[other]] = [pairs[other]!, pairs[last]!];
  }
  const expand = (some: typeof pairs): Combination[] =>
    some.flatMap((pair) =>
      BACKGROUNDS.map((background) => ({ ...pair, background })).filter((combination) =>
        isRenderable(sceneOf(combination)),
      ),
    );
  const count = Math.round(heldOutShare * pairs.length);
  return { trained: expand(pairs.slice(count)), heldOut: expand(pairs.slice(0, count)) };
}

/**
 * A large plain object on a plain background: nothing but shape, colour and background tells pictures
 * apart, so that a batch teaches all three. What their rendering varies (place, turn, tint, light,
 * grain) follows its seed.
 */
export function sceneOf({ shape, colour, background }: Combination): Scene {
  return {
    background: { kind: "plain", colour: background },
    objects: [{ shape, colour, size: "large", texture: "plain", column: 1, row: 1 }],
  };
}
