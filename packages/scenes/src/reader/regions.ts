/** A set of pixels of one frame. */
export interface Region {
  /** Pixel indices, ascending; at least one. */
  readonly pixels: Int32Array;
  readonly width: number;
}

/** The 4-connected regions of the pixels where `mask` is 1, of at least `leastPixels`; largest first. */
export function connectedRegions(
  mask: Uint8Array,
  width: number,
  leastPixels: number,
): readonly Region[] {
  const left = mask.slice();
  const queue = new Int32Array(mask.length);
  let queued = 0;
  const enqueue = (pixel: number): void => {
    if (left[pixel] !== 1) return;
    left[pixel] = 0;
    queue[queued] = pixel;
    queued += 1;
  };
  const regions: Region[] = [];
  for (let start = 0; start < left.length; start++) {
    if (left[start] !== 1) continue;
    const first = queued;
    enqueue(start);
    for (let at = first; at < queued; at++) {
      const pixel = queue[at]!;
      const column = pixel % width;
      enqueue(pixel - width);
      enqueue(pixel + width);
      if (column > 0) enqueue(pixel - 1);
      if (column < width - 1) enqueue(pixel + 1);
    }
    if (queued - first >= leastPixels) {
      regions.push({ pixels: queue.subarray(first, queued).toSorted(), width });
    }
  }
  return regions.toSorted((first, second) => second.pixels.length - first.pixels.length);
}

/** The pixels of a region that are at least `margin` steps away from its edge; never empty. */
export function innerPixels({ pixels, width }: Region, margin: number): Int32Array {
  const inside = new Uint8Array((pixels.at(-1) ?? 0) + 1);
  for (const pixel of pixels) inside[pixel] = 1;
  const inner = pixels.filter(
    (pixel) =>
      inside[pixel - margin] === 1 &&
      inside[pixel + margin] === 1 &&
      inside[pixel - margin * width] === 1 &&
      inside[pixel + margin * width] === 1,
  );
  return inner.length > 0 ? inner : pixels;
}
