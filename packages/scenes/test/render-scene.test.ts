import { renderScene, sceneAt } from "@megapairs/scenes";
import type { Scene } from "@megapairs/scenes";
import { describe, expect, test } from "vitest";

const redSquare: Scene = {
  background: { kind: "plain", colour: "white" },
  objects: [{ shape: "square", colour: "red", size: "large", texture: "plain", column: 1, row: 1 }],
};

function pixelAt(scene: Scene, x: number, y: number): number[] {
  const { data, width } = renderScene(scene, { seed: 1, size: 64 });
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe("renderScene", () => {
  test("paints row-major RGB of the size asked for, 128 by default", () => {
    const pixels = renderScene(redSquare, { seed: 1, size: 40 });
    expect([pixels.type, pixels.width, pixels.height]).toEqual(["pixels", 40, 40]);
    expect(pixels.data.length).toBe(40 * 40 * 3);
    expect(renderScene(redSquare, { seed: 1 }).width).toBe(128);
  });

  test("paints the object where and in the colour that the scene says", () => {
    const [red = 0, green = 255, blue = 255] = pixelAt(redSquare, 32, 32);
    expect(red).toBeGreaterThan(190);
    expect(Math.max(green, blue)).toBeLessThan(80);
    expect(Math.min(...pixelAt(redSquare, 8, 8))).toBeGreaterThan(230);
  });

  test("paints the same bytes for the same seed, others for another", () => {
    const scene = sceneAt(2, 5);
    const first = renderScene(scene, { seed: 9 });
    renderScene(sceneAt(2, 6), { seed: 10 });
    expect(renderScene(scene, { seed: 9 })).toEqual(first);
    expect(renderScene(scene, { seed: 10 }).data).not.toEqual(first.data);
  });

  test("keeps its antialiasing: an edge has colours between object and background", () => {
    const { data } = renderScene(redSquare, { seed: 1, size: 64 });
    const greens = Array.from({ length: 64 }, (_, x) => data[3 * (32 * 64 + x) + 1] ?? 0);
    expect(greens.some((green) => green > 90 && green < 220)).toBe(true);
  });

  test.each([0, 15, 4097, 64.5, Number.NaN])("refuses a size of %d", (size) => {
    expect(() => renderScene(redSquare, { seed: 1, size })).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
