import type { Scene, SceneObject } from "./scene.ts";

/** An attribute of an object that two scenes can disagree on. */
export type ObjectAttribute = "shape" | "colour" | "size" | "texture" | "position";

/** One way in which a scene `to` is not like a scene `from`. Indices are into their `objects`. */
export type SceneChange =
  | {
      readonly kind: "background-kind" | "background-colour";
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: ObjectAttribute; readonly fromIndex: number; readonly toIndex: number }
  | { readonly kind: "added"; readonly toIndex: number }
  | { readonly kind: "removed"; readonly fromIndex: number };

/** How two scenes correspond. */
export interface SceneDifferenceResult {
  /** Which object of the one is which of the other: `[fromIndex, toIndex]`, by `fromIndex`. */
  readonly matches: readonly (readonly [number, number])[];
  /** Background first, then matched objects, then removed, then added ones. Empty when equal. */
  readonly changes: readonly SceneChange[];
}

const ATTRIBUTES: readonly ObjectAttribute[] = ["shape", "colour", "size", "texture", "position"];
/** Above this many differing attributes two objects count as one gone and another come. */
const MOST_ALIKE_ATTRIBUTES = 3;

/**
 * The exact attribute differences between two scenes.
 *
 * Objects are matched so that the fewest attributes differ in all (of equal matchings, the first in
 * lexicographic order); objects that differ in more than three of their five attributes are never
 * the same object.
 */
export function sceneDifference(from: Scene, to: Scene): SceneDifferenceResult {
  const matches = bestMatching(from.objects, to.objects);
  const changes: SceneChange[] = [];
  for (const attribute of ["kind", "colour"] as const) {
    if (from.background[attribute] !== to.background[attribute]) {
      changes.push({
        kind: `background-${attribute}`,
        from: from.background[attribute],
        to: to.background[attribute],
      });
    }
  }
  for (const [fromIndex, toIndex] of matches) {
    for (const kind of differingAttributes(from.objects[fromIndex], to.objects[toIndex])) {
      changes.push({ kind, fromIndex, toIndex });
    }
  }
  const matchedFrom = new Set(matches.map(([fromIndex]) => fromIndex));
  const matchedTo = new Set(matches.map(([, toIndex]) => toIndex));
  for (const fromIndex of from.objects.keys()) {
    if (!matchedFrom.has(fromIndex)) changes.push({ kind: "removed", fromIndex });
  }
  for (const toIndex of to.objects.keys()) {
    if (!matchedTo.has(toIndex)) changes.push({ kind: "added", toIndex });
  }
  return { matches, changes };
}

/** Attributes on which two objects disagree, in a fixed order; all of them where one is missing. */
export function differingAttributes(
  from: SceneObject | undefined,
  to: SceneObject | undefined,
): readonly ObjectAttribute[] {
  return ATTRIBUTES.filter((attribute) =>
    attribute === "position"
      ? from?.column !== to?.column || from?.row !== to?.row
      : from?.[attribute] !== to?.[attribute],
  );
}

function bestMatching(
  from: readonly SceneObject[],
  to: readonly SceneObject[],
): readonly (readonly [number, number])[] {
  let best: readonly (readonly [number, number])[] = [];
  let bestCost = Infinity;
  const search = (
    fromIndex: number,
    cost: number,
    pairs: readonly (readonly [number, number])[],
  ): void => {
    if (fromIndex === from.length) {
      const total = cost + (to.length - pairs.length) * ATTRIBUTES.length;
      if (total < bestCost) [best, bestCost] = [pairs, total];
      return;
    }
    for (const toIndex of to.keys()) {
      if (pairs.some(([, taken]) => taken === toIndex)) continue;
      const differing = differingAttributes(from[fromIndex], to[toIndex]).length;
      if (differing > MOST_ALIKE_ATTRIBUTES) continue;
      search(fromIndex + 1, cost + differing, [...pairs, [fromIndex, toIndex]]);
    }
    search(fromIndex + 1, cost + ATTRIBUTES.length, pairs);
  };
  search(0, 0, []);
  return best;
}
