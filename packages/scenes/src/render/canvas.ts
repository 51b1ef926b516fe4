/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** A square picture being painted. */
export interface Canvas {
  /** Pixels. */
  readonly size: number;
  /** float32 RGB, row-major `[size, size, 3]`, 0 to 255. */
  readonly data: Float32Array;
}

/** Lays a colour over a pixel. `opacity` is in [0, 1]. */
export function blend(canvas: Canvas, pixel: number, colour: Rgb, opacity: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const at = 3 * pixel + channel;
    const below = canvas.data[at] ?? 0;
    canvas.data[at] = below + opacity * ((colour[channel] ?? 0) - below);
  }
}

/** The colour `share` of the way from one to another. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [
    from[0] + share * (to[0] - from[0]),
    from[1] + share * (to[1] - from[1]),
    from[2] + share * (to[2] - from[2]),
  ];
}

/** A colour of a data table. */
export function toRgb(channels: readonly number[]): Rgb {
  const [red = 0, green = 0, blue = 0] = channels;
  return [red, green, blue];
}

/** How much of a pixel lies inside an edge, `distance` pixels away (negative inside). */
export function coverage(distance: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance));
}
