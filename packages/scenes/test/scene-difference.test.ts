import { sceneAt, sceneDifference } from "@megapairs/scenes";
import type { Scene, SceneObject } from "@megapairs/scenes";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const ring: SceneObject = {
  shape: "ring",
  colour: "red",
  size: "small",
  texture: "plain",
  column: 0,
  row: 0,
};
const star: SceneObject = {
  shape: "star",
  colour: "blue",
  size: "large",
  texture: "dotted",
  column: 2,
  row: 2,
};
const scene: Scene = { background: { kind: "plain", colour: "white" }, objects: [ring, star] };

describe("sceneDifference", () => {
  test("is empty between equal scenes, whatever the order of their objects", () => {
    expect(sceneDifference(scene, scene).changes).toEqual([]);
    const swapped = { ...scene, objects: [star, ring] };
    expect(sceneDifference(scene, swapped)).toEqual({
      matches: [
        [0, 1],
        [1, 0],
      ],
      changes: [],
    });
  });

  test("names the attribute that changed, and of which object", () => {
    const changed = { ...scene, objects: [ring, { ...star, colour: "green" } as const] };
    expect(sceneDifference(scene, changed).changes).toEqual([
      { kind: "colour", fromIndex: 1, toIndex: 1 },
    ]);
  });

  test("names what became of the background", () => {
    const changed: Scene = { ...scene, background: { kind: "grid", colour: "mint" } };
    expect(sceneDifference(scene, changed).changes).toEqual([
      { kind: "background-kind", from: "plain", to: "grid" },
      { kind: "background-colour", from: "white", to: "mint" },
    ]);
  });

  test("tells what came and what went", () => {
    expect(sceneDifference(scene, { ...scene, objects: [star] }).changes).toEqual([
      { kind: "removed", fromIndex: 0 },
    ]);
    expect(sceneDifference({ ...scene, objects: [ring] }, scene).changes).toEqual([
      { kind: "added", toIndex: 1 },
    ]);
  });

  test("never takes objects without a common attribute or two for the same one", () => {
    const { changes } = sceneDifference(
      { ...scene, objects: [ring] },
      { ...scene, objects: [star] },
    );
    expect(changes.map(({ kind }) => kind)).toEqual(["removed", "added"]);
  });

  test("finds as many changes one way as the other", () => {
    const index = fc.nat({ max: 5000 });
    fc.assert(
      fc.property(index, index, (first, second) => {
        const [from, to] = [sceneAt(5, first), sceneAt(5, second)];
        const there = sceneDifference(from, to).changes;
        const back = sceneDifference(to, from).changes;
        expect(back.length).toBe(there.length);
      }),
    );
  });
});
