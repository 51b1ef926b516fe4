import { captionScene, COLOURS, sceneAt } from "@megapairs/scenes";
import type { Scene, SceneObject } from "@megapairs/scenes";
import { describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const SIZE_WORDS: Readonly<Record<string, string>> = {
  small: "small",
  little: "small",
  tiny: "small",
  "medium-sized": "medium",
  large: "large",
  big: "large",
};
const NOUNS: Readonly<Record<string, string>> = {
  disc: "circle",
  rhombus: "diamond",
  "plus sign": "cross",
  "crescent moon": "crescent",
};
const OBJECT = new RegExp(
  String.raw`\b(?:(${Object.keys(SIZE_WORDS).join("|")}) )?(?:(plain|striped|dotted|polka dot|checkered) )?` +
    String.raw`(${COLOURS.join("|")}) (plus sign|crescent moon|circle|disc|square|triangle|diamond|` +
    String.raw`rhombus|hexagon|star|cross|arrow|ring|heart|crescent)\b`,
  "giu",
);
const RELATIONS: readonly (readonly [RegExp, (dx: number, dy: number) => boolean])[] = [
  [/^ (?:above and )?(?:to the )?left of /u, (dx) => dx < 0],
  [/^ (?:above|below) and to the left of /u, (dx) => dx < 0],
  [/^ (?:above|below) and to the right of /u, (dx) => dx > 0],
  [/^ (?:to the )?right of /u, (dx) => dx > 0],
  [/^ (?:above|over) (?:and to|an?) /u, (_, dy) => dy < 0],
  [/^ (?:below|under) (?:and to|an?) /u, (_, dy) => dy > 0],
  [/^ (?:inside|in the middle of|around) an? /u, (dx, dy) => dx === 0 && dy === 0],
];

/** The objects that the caption speaks of, in its order; throws on one that is not in the scene. */
function mentioned(scene: Scene, caption: string): readonly { object: SceneObject; end: number }[] {
  return [...caption.matchAll(OBJECT)].map((match) => {
    const [phrase, size, texture, colour, noun = ""] = match;
    const shape = NOUNS[noun.toLowerCase()] ?? noun.toLowerCase();
    const object = scene.objects.find(
      (candidate) =>
        candidate.shape === shape &&
        candidate.colour === colour &&
        (size === undefined || candidate.size === SIZE_WORDS[size.toLowerCase()]) &&
        (texture === undefined || candidate.texture === texture.replace("polka dot", "dotted")),
    );
    if (object === undefined) throw new Error(`"${phrase}" is not in ${JSON.stringify(scene)}`);
    return { object, end: match.index + phrase.length };
  });
}

describe("captionScene", () => {
  test("names every object truly, and the background's colour", () => {
    for (let index = 0; index < 2000; index++) {
      const scene = sceneAt(4, index);
      const caption = captionScene(scene, index).replace(/^(\w)/u, (first) => first.toLowerCase());
      const objects = mentioned(scene, caption).map(({ object }) => object);
      expect(new Set(objects).size, caption).toBe(scene.objects.length);
      expect(caption).toMatch(new RegExp(String.raw`\b${scene.background.colour}\b`, "u"));
    }
  });

  test("states relations truly", () => {
    let stated = 0;
    for (let index = 0; index < 2000; index++) {
      const scene = sceneAt(4, index);
      const caption = captionScene(scene, index).replace(/^(\w)/u, (first) => first.toLowerCase());
      const [first, second] = mentioned(scene, caption);
      if (first === undefined || second === undefined) continue;
      const between = caption.slice(first.end);
      const dx = first.object.column - second.object.column;
      const dy = first.object.row - second.object.row;
      for (const [pattern, holds] of RELATIONS) {
        if (!pattern.test(between)) continue;
        stated += 1;
        expect(holds(dx, dy), caption).toBe(true);
      }
    }
    expect(stated).toBeGreaterThan(300);
  });

  test("is varied: nearly every picture has a caption of its own", () => {
    const captions = Array.from({ length: 4000 }, (_, index) =>
      captionScene(sceneAt(4, index), index),
    );
    expect(new Set(captions).size).toBeGreaterThan(3900);
  });

  test("words the same scene alike for the same seed, differently for others", () => {
    const scene = sceneAt(4, 3);
    expect(captionScene(scene, 1)).toBe(captionScene(scene, 1));
    const seeds = Array.from({ length: 20 }, (_, seed) => captionScene(scene, seed));
    expect(new Set(seeds).size).toBeGreaterThan(10);
  });
});
