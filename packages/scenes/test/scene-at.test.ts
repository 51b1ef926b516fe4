import { isRenderable, sceneAt, sceneDifference } from "@megapairs/scenes";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const FAMILY = 8;

describe("sceneAt", () => {
  test("gives the same scene whatever was asked for before", () => {
    const forwards = Array.from({ length: 50 }, (_, index) => sceneAt(3, index));
    const backwards = Array.from({ length: 50 }, (_, index) => sceneAt(3, 49 - index)).toReversed();
    expect(backwards).toEqual(forwards);
  });

  test("gives other scenes for other seeds", () => {
    expect(sceneAt(1, 0)).not.toEqual(sceneAt(2, 0));
  });

  test("gives only scenes that a picture can show", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 1_000_000 }), (seed, index) => {
        const scene = sceneAt(seed, index);
        expect(isRenderable(scene)).toBe(true);
        expect(scene.objects.length).toBeGreaterThanOrEqual(1);
        expect(scene.objects.length).toBeLessThanOrEqual(3);
      }),
    );
  });

  test("changes as many attributes of a family's first scene as its table says", () => {
    const changes = [0, 1, 1, 2, 1, 2, 1, 0];
    for (const family of [0, 1, 2, 3, 5, 6, 7, 8]) {
      const base = sceneAt(9, family * FAMILY);
      for (const [member, most] of changes.entries()) {
        const scene = sceneAt(9, family * FAMILY + member);
        const count = sceneDifference(base, scene).changes.length;
        expect(count).toBeLessThanOrEqual(most);
        expect(count).toBeGreaterThanOrEqual(Math.min(1, most));
      }
    }
  });

  test("makes every fifth family of unrelated scenes", () => {
    const scenes = Array.from({ length: FAMILY }, (_, member) => sceneAt(9, 4 * FAMILY + member));
    const closest = scenes.flatMap((scene, index) =>
      scenes.slice(index + 1).map((other) => sceneDifference(scene, other).changes.length),
    );
    expect(Math.min(...closest)).toBeGreaterThanOrEqual(2);
  });
});
