import polygons from "../data/polygons.json" with { type: "json" };
import type { ShapeName } from "../world/scene.ts";

/** Distance to an outline of about unit radius around the origin, y down; negative inside. */
export type SignedDistance = (x: number, y: number) => number;

const CORNER_RADIUS = 0.05;

/** The outline of every shape. Exact for polygons, a close bound for curves. */
export const SIGNED_DISTANCES: Readonly<Record<ShapeName, SignedDistance>> = {
  circle: (x, y) => length(x, y) - 0.96,
  ring: (x, y) => Math.abs(length(x, y) - 0.8) - 0.21,
  crescent: (x, y) => Math.max(length(x + 0.05, y) - 1, 0.8 - length(x - 0.45, y)),
  heart: (x, y) => 1.06 * heartDistance(Math.abs(x) / 1.06, (0.93 - y) / 1.06 - 0.22),
  square: polygonDistance(polygons.square),
  triangle: polygonDistance(polygons.triangle),
  diamond: polygonDistance(polygons.diamond),
  hexagon: polygonDistance(polygons.hexagon),
  star: polygonDistance(polygons.star),
  cross: polygonDistance(polygons.cross),
  arrow: polygonDistance(polygons.arrow),
};

/** `Math.hypot` is several times slower. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Distance to a polygon (crossing number for the sign), its corners rounded outwards. */
function polygonDistance(vertices: readonly (readonly number[])[]): SignedDistance {
  const edges = vertices.map(([x = 0, y = 0], index) => {
    const [fromX = 0, fromY = 0] = vertices.at(index - 1) ?? [];
    const across = fromX - x;
    const down = fromY - y;
    return { x, y, fromY, across, down, squared: across * across + down * down };
  });
  return (x, y) => {
    let nearest = Infinity;
    let isInside = false;
    for (const { x: cornerX, y: cornerY, fromY, across, down, squared } of edges) {
      const toX = x - cornerX;
      const toY = y - cornerY;
      const along = Math.min(1, Math.max(0, (toX * across + toY * down) / squared));
      const offX = toX - across * along;
      const offY = toY - down * along;
      nearest = Math.min(nearest, offX * offX + offY * offY);
      if (cornerY > y !== fromY > y && x < cornerX + (across * toY) / down) isInside = !isInside;
    }
    const distance = Math.sqrt(nearest);
    return (isInside ? -distance : distance) - CORNER_RADIUS;
  };
}

/** A heart of height about 1.1 whose tip is the origin, y up, x at least 0 (Quilez, "heart"). */
function heartDistance(x: number, y: number): number {
  if (x + y > 1) return length(x - 0.25, y - 0.75) - Math.SQRT2 / 4;
  const middle = 0.5 * Math.max(x + y, 0);
  const squared = Math.min(x * x + (y - 1) ** 2, (x - middle) ** 2 + (y - middle) ** 2);
  return Math.sqrt(squared) * Math.sign(x - y);
}
