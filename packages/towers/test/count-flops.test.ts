import {
  clipConfigs,
  clipImageTower,
  clipTextTower,
  countFlops,
  createClipModel,
} from "@megapairs/towers";
import { describe, expect, it } from "vitest";

describe("countFlops", () => {
  it("is what is counted by hand", () => {
    const config = clipConfigs["clip-tiny"];
    const [tokens, width] = [65, 128];
    const linear = (rows: number, times: number): number => 2 * rows * times * width ** 2;
    const scores = (looking: number): number => 2 * 2 * looking * tokens * width;
    const layer = linear(tokens, 4 + 8) + scores(tokens);
    // Of the last layer but keys and values are computed of all tokens.
    const last = linear(tokens, 2) + linear(1, 2 + 8) + scores(1);
    const patches = 2 * 64 * width * 3 * 64;
    const projection = linear(1, 1);
    const expected = patches + 3 * layer + last + projection;
    expect(countFlops(clipImageTower(config), { batch: 1 })).toBe(expected);
    expect(countFlops(clipImageTower(config), { batch: 5 })).toBe(5 * expected);
  });

  it("finds what was measured of base-patch32: 14.8 GFLOP a pair, the last layers whole", () => {
    const config = clipConfigs["clip-vit-base-patch32"];
    const image = countFlops(clipImageTower(config), { batch: 1 });
    const text = countFlops(clipTextTower(config), { batch: 1, sequence: 77 });
    expect((image + text) / 1e9).toBeGreaterThan(13.5);
    expect((image + text) / 1e9).toBeLessThan(14.8);
  });

  it("asks for sizes", () => {
    const { towers } = createClipModel(clipConfigs["clip-tiny"]);
    expect(() => countFlops(towers[1]!, { batch: 1 })).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
