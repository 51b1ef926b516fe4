import families from "../data/families.json" with { type: "json" };
import type { GridIndex, Scene, SceneObject } from "./scene.ts";
import { BACKGROUND_COLOURS, BACKGROUND_KINDS, COLOURS, SHAPES, SIZES, TEXTURES } from "./scene.ts";
import { CONTAINERS, isRenderable } from "./scene-rules.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { createSeededRandom } from "./seeded-random.ts";

const GRID: readonly GridIndex[] = [0, 1, 2];

/**
 * The scene of one picture of a world.
 *
 * Scenes come in families of eight consecutive indices, so that there is something to mine: the
 * first is drawn at random, the others change none (a near-duplicate), one or two attributes of
 * it. Every fifth family is eight unrelated scenes. The table is `data/families.json`.
 *
 * The same (seed, index) gives the same scene, whatever else is asked for.
 *
 * @param seed - names the world; any integer.
 * @param index - from 0, without end.
 */
export function sceneAt(seed: number, index: number): Scene {
  const changesByMember = families.changesByMember;
  const family = Math.floor(index / changesByMember.length);
  const member = index % changesByMember.length;
  const isIndependent = family % families.independentEvery === families.independentEvery - 1;
  if (isIndependent) return drawScene(createSeededRandom("scene", seed, family, member));

  const base = drawScene(createSeededRandom("scene", seed, family, 0));
  const random = createSeededRandom("change", seed, family, member);
  let scene = base;
  for (let change = 0; change < (changesByMember[member] ?? 0); change++) {
    scene = drawChange(scene, random, base);
  }
  return scene;
}

function hasDistinctObjects({ objects }: Scene): boolean {
  return new Set(objects.map(({ shape, colour }) => `${colour} ${shape}`)).size === objects.length;
}

function drawScene(random: SeededRandom): Scene {
  for (;;) {
    const count = random.pick(families.objectCounts);
    const objects = Array.from({ length: count }, () => drawObject(random));
    const scene: Scene = {
      background: { kind: random.pick(BACKGROUND_KINDS), colour: random.pick(BACKGROUND_COLOURS) },
      objects: random.between(0, 1) < families.nestedShare ? nest(objects, random) : objects,
    };
    if (isRenderable(scene) && hasDistinctObjects(scene)) return scene;
  }
}

function drawObject(random: SeededRandom): SceneObject {
  return {
    shape: random.pick(SHAPES),
    colour: random.pick(COLOURS),
    size: random.pick(SIZES),
    texture: random.pick(["plain", ...TEXTURES]),
    column: random.pick(GRID),
    row: random.pick(GRID),
  };
}

/** Puts the second object, where there is one, inside the first. */
function nest(objects: readonly SceneObject[], random: SeededRandom): readonly SceneObject[] {
  const [outer, inner, ...others] = objects;
  if (outer === undefined || inner === undefined) return objects;
  const { column, row } = outer;
  const shape = random.pick(CONTAINERS);
  return [
    { ...outer, shape, size: "large", texture: "plain" },
    { ...inner, column, row, size: "small", texture: "plain" },
    ...others,
  ];
}

/** A scene that differs from `scene` in one attribute more than `base` did. */
function drawChange(scene: Scene, random: SeededRandom, base: Scene): Scene {
  for (;;) {
    const changed = proposeChange(scene, random);
    const text = JSON.stringify(changed);
    const isNew = text !== JSON.stringify(scene) && text !== JSON.stringify(base);
    if (isNew && isRenderable(changed) && hasDistinctObjects(changed)) return changed;
  }
}

function proposeChange(scene: Scene, random: SeededRandom): Scene {
  const { background, objects } = scene;
  const chosen = random.below(objects.length);
  const replace = (change: Partial<SceneObject>): Scene => ({
    background,
    objects: objects.map((object, index) => (index === chosen ? { ...object, ...change } : object)),
  });
  const proposals: readonly (() => Scene)[] = [
    () => ({ ...scene, background: { ...background, colour: random.pick(BACKGROUND_COLOURS) } }),
    () => ({ ...scene, background: { ...background, kind: random.pick(BACKGROUND_KINDS) } }),
    () => replace({ colour: random.pick(COLOURS) }),
    () => replace({ shape: random.pick(SHAPES) }),
    () => replace({ size: random.pick(SIZES) }),
    () => replace({ texture: random.pick(TEXTURES) }),
    () => replace({ column: random.pick(GRID), row: random.pick(GRID) }),
    () => (objects.length < 3 ? { background, objects: [...objects, drawObject(random)] } : scene),
    () =>
      objects.length > 1
        ? { background, objects: objects.filter((_, index) => index !== chosen) }
        : scene,
  ];
  return random.pick(proposals)();
}
