import type { ImagePixels } from "@megapairs/spec";
import layout from "../data/layout.json" with { type: "json" };
import type { GridIndex, Scene, SceneObject, SizeName } from "../world/scene.ts";
import { SIZES } from "../world/scene.ts";
import { FRAME_SIDE, toFrame } from "./frame.ts";
import { readBackground } from "./read-background.ts";
import { readPaint } from "./read-paint.ts";
import { readShape, type ShapeReading } from "./read-shape.ts";
import { connectedRegions, type Region } from "./regions.ts";

const MOST_BORDER_MISFIT = 24;
const LEAST_OVERLAP = 0.6;
const LEAST_REGION = 40;
const MOST_OBJECTS = 3;
const MOST_COVERED = 0.5;

/**
 * Reads a scene back from its pixels alone: background from the picture's edge, objects as
 * connected regions before it, each named by its colours, best-covering outline, area and place.
 *
 * Undefined where the picture is not of this world: its edge is no known background, or what is
 * before it is nothing, too much, or of no known outline.
 */
export function readScene(pixels: ImagePixels): Scene | undefined {
  const frame = toFrame(pixels);
  const { background, misfit, foreground } = readBackground(frame);
  if (misfit > MOST_BORDER_MISFIT || frame.width !== frame.height) return undefined;
  const least = LEAST_REGION * (frame.width / FRAME_SIDE) ** 2;
  const regions = connectedRegions(foreground, frame.width, least);
  const covered = regions.reduce((sum, region) => sum + region.pixels.length, 0);
  if (covered > MOST_COVERED * foreground.length) return undefined;
  const readings = regions.map((region) => readObjects(frame, region, least));
  if (readings.includes(undefined)) return undefined;
  const objects = readings.flatMap((reading) => reading ?? []);
  if (objects.length === 0 || objects.length > MOST_OBJECTS) return undefined;
  return { background, objects };
}

/** The object of a region and, where one is, the object inside it. Undefined for no known outline. */
function readObjects(
  frame: ImagePixels,
  region: Region,
  least: number,
): readonly SceneObject[] | undefined {
  const reading = readShape(region);
  if (reading.overlap < LEAST_OVERLAP) return undefined;
  const { colour, texture, strange } = readPaint(frame, region);
  const outer = { shape: reading.shape, colour, ...placeOf(reading, frame) };

  const mask = new Uint8Array(frame.width * frame.height);
  for (const pixel of strange) mask[pixel] = 1;
  const [inside] = connectedRegions(mask, frame.width, least);
  if (inside === undefined) return [{ ...outer, texture }];
  const innerReading = readShape(inside);
  const inner = readPaint(frame, inside);
  return [
    { ...outer, texture: "plain" },
    {
      shape: innerReading.shape,
      colour: inner.colour,
      texture: "plain",
      ...placeOf(innerReading, frame),
    },
  ];
}

function placeOf(
  { centre, radius }: ShapeReading,
  frame: ImagePixels,
): Pick<SceneObject, "size" | "column" | "row"> {
  const sizes = SIZES.map((size) => Math.abs(layout.radii[size] - radius / frame.width));
  const size: SizeName = SIZES[sizes.indexOf(Math.min(...sizes))] ?? "medium";
  return {
    size,
    column: gridIndexOf(centre[0] / frame.width),
    row: gridIndexOf(centre[1] / frame.height),
  };
}

function gridIndexOf(share: number): GridIndex {
  if (share < 0.36) return 0;
  return share < 0.64 ? 1 : 2;
}
