/** A set of pixels of one frame. */
export interface Region {
  /** Pixel indices, ascending. */
  readonly pixels: readonly number[];
  readonly width: number;
}

/** The 4-connected regions of the pixels where `mask` is 1, of at least `leastPixels`; largest first. */
export function connectedRegions(
  mask: Uint8Array,
  width: number,
  leastPixels: number,
): readonly Region[] {
  const left = Uint8Array.from(mask);
  const regions: Region[] = [];
  for (const start of left.keys()) {
    if (left[start] !== 1) continue;
    left[start] = 0;
    const pixels = [start];
    for (const pixel of pixels) {
      const column = pixel % width;
      const neighbours = [pixel - width, pixel + width];
      if (column > 0) neighbours.push(pixel - 1);
      if (column < width - 1) neighbours.push(pixel + 1);
      for (const neighbour of neighbours) {
        if (left[neighbour] !== 1) continue;
        left[neighbour] = 0;
        pixels.push(neighbour);
      }
    }
    if (pixels.length >= leastPixels) {
      regions.push({ pixels: pixels.toSorted((first, second) => first - second), width });
    }
  }
  return regions.toSorted((first, second) => second.pixels.length - first.pixels.length);
}

/** The pixels of a region that are at least `margin` steps away from its edge; never empty. */
export function innerPixels(region: Region, margin: number): readonly number[] {
  const inside = new Set(region.pixels);
  const { width } = region;
  const inner = region.pixels.filter((pixel) =>
    [-margin, margin, -margin * width, margin * width].every((step) => inside.has(pixel + step)),
  );
  return inner.length > 0 ? inner : region.pixels;
}
