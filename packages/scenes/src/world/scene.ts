import backgrounds from "../data/backgrounds.json" with { type: "json" };
import colours from "../data/colours.json" with { type: "json" };
import shapes from "../data/shapes.json" with { type: "json" };

/** Outline of an object, a key of `data/shapes.json`. */
export type ShapeName = keyof typeof shapes;

/** Colour of an object, a key of `data/colours.json`. */
export type ColourName = keyof typeof colours;

/** Colour of a background, a key of `data/backgrounds.json`. */
export type BackgroundColourName = keyof typeof backgrounds;

/** Size of an object: radii of about 8, 12 and 17 percent of the picture's side. */
export type SizeName = "small" | "medium" | "large";

/** How an object is filled: its colour alone, or with a second tone of it. */
export type TextureName = "plain" | "striped" | "dotted" | "checkered";

/** How a background is painted, always from its colour and a second shade of it. */
export type BackgroundKind = "plain" | "gradient" | "horizon" | "grid" | "dotted";

/** One third of the picture's width or height, counted from the top left. */
export type GridIndex = 0 | 1 | 2;

/** One thing in a scene. */
export interface SceneObject {
  readonly shape: ShapeName;
  readonly colour: ColourName;
  readonly size: SizeName;
  readonly texture: TextureName;
  /** 0 is left. */
  readonly column: GridIndex;
  /** 0 is top. */
  readonly row: GridIndex;
}

/** What is behind the objects. */
export interface SceneBackground {
  readonly kind: BackgroundKind;
  readonly colour: BackgroundColourName;
}

/** A picture as facts: what a rendering of it shows, no more and no less. */
export interface Scene {
  readonly background: SceneBackground;
  /** One to three. Where two share a grid cell, the later one is painted inside the earlier one. */
  readonly objects: readonly SceneObject[];
}

/** Every shape, in the order of the data table. */
export const SHAPES: readonly ShapeName[] = keysOf(shapes);
/** Every object colour, in the order of the data table. */
export const COLOURS: readonly ColourName[] = keysOf(colours);
/** Every background colour, in the order of the data table. */
export const BACKGROUND_COLOURS: readonly BackgroundColourName[] = keysOf(backgrounds);
/** Every size, ascending. */
export const SIZES: readonly SizeName[] = ["small", "medium", "large"];
/** Every texture. */
export const TEXTURES: readonly TextureName[] = ["plain", "striped", "dotted", "checkered"];
/** Every kind of background. */
export const BACKGROUND_KINDS: readonly BackgroundKind[] = [
  "plain",
  "gradient",
  "horizon",
  "grid",
  "dotted",
];

function keysOf<Table extends object>(table: Table): readonly (keyof Table & string)[] {
  return Object.keys(table).filter((key): key is keyof Table & string => key in table);
}
