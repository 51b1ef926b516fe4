import backgrounds from "../data/backgrounds.json" with { type: "json" };
import colours from "../data/colours.json" with { type: "json" };
import layout from "../data/layout.json" with { type: "json" };
import type { BackgroundColourName, ColourName, Scene, SceneObject, ShapeName } from "./scene.ts";

/** How one object lies to another. */
export type RelationName =
  | "left of"
  | "right of"
  | "above"
  | "below"
  | "above and to the left of"
  | "above and to the right of"
  | "below and to the left of"
  | "below and to the right of"
  | "inside"
  | "around";

/** Shapes with room for a small object in their middle. */
export const CONTAINERS: readonly ShapeName[] = ["circle", "square", "hexagon"];
const LEAST_CONTRAST = 70;
const LEAST_NESTED_CONTRAST = 85;

/** The relation of `first` to `second`, from their grid cells; sharing a cell, the later is inside. */
export function relationBetween(
  first: SceneObject,
  second: SceneObject,
  order: "first painted first" | "second painted first" = "first painted first",
): RelationName {
  const across = Math.sign(first.column - second.column);
  const down = Math.sign(first.row - second.row);
  if (across === 0 && down === 0) return order === "first painted first" ? "around" : "inside";
  const side = across < 0 ? "left of" : "right of";
  const height = down < 0 ? "above" : "below";
  if (across === 0) return height;
  if (down === 0) return side;
  return `${height} and to the ${side}`;
}

/** True where a picture of the scene shows all it says: contrasts suffice and nothing overlaps. */
export function isRenderable(scene: Scene): boolean {
  return (
    scene.objects.every((object) => isVisibleOn(object.colour, scene.background.colour)) &&
    scene.objects.every((object, index) =>
      scene.objects.slice(index + 1).every((later) => fitsBeside(object, later)),
    ) &&
    scene.objects.every(
      (object) => scene.objects.filter((other) => sharesCell(object, other)).length <= 2,
    )
  );
}

/** True where both tones of the object's colour stand out against both shades of the background. */
function isVisibleOn(colour: ColourName, background: BackgroundColourName): boolean {
  const tones = [colours[colour].rgb, colours[colour].tone];
  const shades = [backgrounds[background].rgb, backgrounds[background].shade];
  return tones.every((tone) => shades.every((shade) => distance(tone, shade) >= LEAST_CONTRAST));
}

function fitsBeside(earlier: SceneObject, later: SceneObject): boolean {
  if (sharesCell(earlier, later)) {
    return (
      CONTAINERS.includes(earlier.shape) &&
      earlier.size === "large" &&
      later.size === "small" &&
      earlier.texture === "plain" &&
      later.texture === "plain" &&
      [colours[earlier.colour].rgb, colours[earlier.colour].tone].every(
        (tone) => distance(tone, colours[later.colour].rgb) >= LEAST_NESTED_CONTRAST,
      )
    );
  }
  const apart = distance(centreOf(earlier), centreOf(later));
  return apart >= layout.radii[earlier.size] + layout.radii[later.size] + layout.gap;
}

function sharesCell(first: SceneObject, second: SceneObject): boolean {
  return first.column === second.column && first.row === second.row;
}

function centreOf(object: SceneObject): number[] {
  return [layout.centres[object.column] ?? 0, layout.centres[object.row] ?? 0];
}

function distance(first: readonly number[], second: readonly number[]): number {
  return Math.hypot(...first.map((value, index) => value - (second[index] ?? 0)));
}
