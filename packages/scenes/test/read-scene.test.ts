import { decodeImage, encodeImage } from "@megapairs/image";
import { readScene, renderScene, sceneAt, sceneDifference } from "@megapairs/scenes";
import type { Scene } from "@megapairs/scenes";
import type { ImagePixels } from "@megapairs/spec";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const SCENES = 200;

/** Least share of right answers, well below what is measured (0.98 to 1). */
const FLOORS = {
  found: 0.97,
  "background-colour": 0.97,
  "background-kind": 0.93,
  objects: 0.95,
  colour: 0.95,
  shape: 0.95,
  size: 0.95,
  position: 0.95,
  texture: 0.88,
};

async function asJpeg(pixels: ImagePixels): Promise<ImagePixels> {
  const { bytes } = await encodeImage(pixels, { mediaType: "image/jpeg", quality: 92 });
  return decodeImage(bytes);
}

describe("readScene", () => {
  test("reads the scenes of JPEG pictures back", async () => {
    const wrong = new Map<string, number>();
    const note = (kind: string): Map<string, number> => wrong.set(kind, (wrong.get(kind) ?? 0) + 1);
    let objects = 0;
    for (let index = 0; index < SCENES; index++) {
      const scene = sceneAt(2024, 3 * index);
      const reading = readScene(await asJpeg(renderScene(scene, { seed: index })));
      if (reading === undefined) {
        note("found");
        continue;
      }
      const { changes, matches } = sceneDifference(scene, reading);
      objects += matches.length;
      if (changes.some(({ kind }) => kind === "added" || kind === "removed")) note("objects");
      for (const { kind } of changes) note(kind);
    }
    const perScene = new Set(["found", "objects", "background-colour", "background-kind"]);
    const shares = Object.keys(FLOORS).map((kind) => {
      const of = perScene.has(kind) ? SCENES : objects;
      return [kind, 1 - (wrong.get(kind) ?? 0) / of] as const;
    });
    process.stdout.write(
      `share read right: ${shares.map(([kind, share]) => `${kind} ${share.toFixed(3)}`).join(", ")}\n`,
    );
    for (const [kind, share] of shares) {
      expect(share, kind).toBeGreaterThanOrEqual(FLOORS[kind as keyof typeof FLOORS]);
    }
  });

  test("reads larger pictures as well", () => {
    const scene = sceneAt(11, 3);
    const reading = readScene(renderScene(scene, { seed: 1, size: 384 }));
    expect(sceneDifference(scene, reading as Scene).changes).toEqual([]);
  });

  test("takes no noise, no plain picture and no picture of any other size for a scene", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (width, height, seed) => {
          const data = Uint8Array.from(
            { length: width * height * 3 },
            (_, at) => (at * 7919 * (seed | 1)) >>> 3,
          );
          expect(readScene({ type: "pixels", data, width, height })).toBeUndefined();
        },
      ),
    );
    const grey = new Uint8Array(64 * 64 * 3).fill(207);
    expect(readScene({ type: "pixels", data: grey, width: 64, height: 64 })).toBeUndefined();
  });
});
