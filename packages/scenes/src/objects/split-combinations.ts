import { MegaPairsError } from "@megapairs/spec";
import { createSeededRandom } from "../world/seeded-random.ts";
import { isRenderable } from "../world/scene-rules.ts";
import { COLOURS, SHAPES } from "../world/scene.ts";
import type { Combination } from "./combination-scene.ts";
import { combinationScene } from "./combination-scene.ts";

/** The backgrounds of the objects world: few, so that batches hold pictures that differ in shape alone. */
export const OBJECT_BACKGROUNDS = ["white", "azure", "mint", "peach"] as const;

/** Options of {@link splitCombinations}. */
export interface SplitCombinationsOptions {
  /** Decides which pairs of colour and shape are held out. Default 0: the shipped models' split. */
  readonly seed?: number | undefined;
  /** Share of the pairs of colour and shape that are held out, 0 to 1. Default 0.15. */
  readonly heldOutShare?: number | undefined;
}

/** Every combination that can be told apart by eye, once, in a shuffled order. */
export interface SplitCombinationsResult {
  readonly trained: readonly Combination[];
  /** Their colours and shapes are all in `trained`, but no colour with the same shape. */
  readonly heldOut: readonly Combination[];
}

/**
 * The 429 combinations of 11 shapes, 11 colours and 4 backgrounds that have enough contrast, split
 * by their pairs of colour and shape, so that what is held out asks a model to put known words
 * together anew. The same options give the same order.
 *
 * Throws `invalid-argument` on options out of range.
 */
export function splitCombinations(options: SplitCombinationsOptions = {}): SplitCombinationsResult {
  const { seed = 0, heldOutShare = 0.15 } = options;
  if (!Number.isSafeInteger(seed) || !(heldOutShare >= 0 && heldOutShare <= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `The split is seed ${seed}, share ${heldOutShare}; expected an integer and a share from 0 to 1.`,
    );
  }
  const random = createSeededRandom("split", seed);
  const pairs = random.shuffle(
    SHAPES.flatMap((shape) => COLOURS.map((colour) => ({ shape, colour }))),
  );
  const count = Math.round(heldOutShare * pairs.length);
  const combine = (some: typeof pairs): Combination[] =>
    random.shuffle(
      some
        .flatMap((pair) => OBJECT_BACKGROUNDS.map((background) => ({ ...pair, background })))
        .filter((combination) => isRenderable(combinationScene(combination))),
    );
  return { trained: combine(pairs.slice(count)), heldOut: combine(pairs.slice(0, count)) };
}
