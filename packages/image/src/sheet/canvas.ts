import type { ImagePixels } from "@megapairs/spec";
import type { PixelRectangle } from "../crop-pixels.ts";

/** Red, green and blue, each 0..255. */
export type Color = readonly [number, number, number];

/** Coverage of a drawn text, 0..255, row-major `[height, width]`. */
interface Mask {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Pixels to draw on. What lies outside is cut off. */
export interface Canvas {
  readonly pixels: ImagePixels;
  paint(rectangle: PixelRectangle, color: Color): void;
  draw(picture: ImagePixels, left: number, top: number): void;
  stain(mask: Mask, left: number, top: number, color: Color): void;
}

/** An empty canvas of one colour. */
export function createCanvas(width: number, height: number, background: Color): Canvas {
  const data = new Uint8Array(width * height * 3);
  const pixels: ImagePixels = { type: "pixels", data, width, height };

  const visit = (area: PixelRectangle, touch: (target: number, source: number) => void): void => {
    const right = Math.min(width, area.left + area.width);
    const bottom = Math.min(height, area.top + area.height);
    for (let y = Math.max(0, area.top); y < bottom; y += 1) {
      for (let x = Math.max(0, area.left); x < right; x += 1) {
        touch((y * width + x) * 3, (y - area.top) * area.width + x - area.left);
      }
    }
  };

  const canvas: Canvas = {
    pixels,
    paint(rectangle, color) {
      visit(rectangle, (target) => data.set(color, target));
    },
    draw(picture, left, top) {
      visit({ left, top, width: picture.width, height: picture.height }, (target, source) => {
        for (let c = 0; c < 3; c += 1) data[target + c] = picture.data[source * 3 + c]!;
      });
    },
    stain(mask, left, top, color) {
      visit({ left, top, width: mask.width, height: mask.height }, (target, source) => {
        const cover = mask.data[source]! / 255;
        for (let c = 0; c < 3; c += 1) {
          data[target + c] = Math.round(data[target + c]! * (1 - cover) + color[c]! * cover);
        }
      });
    },
  };
  canvas.paint({ left: 0, top: 0, width, height }, background);
  return canvas;
}

/** Reads `#rrggbb`; undefined where it is none. */
export function parseColor(text: string): Color | undefined {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/iu.exec(text);
  if (digits === null) return undefined;
  const [red, green, blue] = digits.slice(1).map((pair) => Number.parseInt(pair, 16));
  return [red!, green!, blue!];
}
