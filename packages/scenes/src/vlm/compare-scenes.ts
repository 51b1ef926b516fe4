import grammar from "../data/description-grammar.json" with { type: "json" };
import { placePhrase } from "../world/caption-scene.ts";
import type { ObjectAttribute } from "../world/scene-difference.ts";
import { differingAttributes, sceneDifference } from "../world/scene-difference.ts";
import type { Scene, SceneBackground, SceneObject } from "../world/scene.ts";
import type { PairPoints } from "./pair-points.ts";

const ALL: readonly ObjectAttribute[] = ["size", "texture", "colour", "shape", "position"];

/** What two scenes share and how they differ, in words; from the scenes alone. */
export function compareScenes(source: Scene, target: Scene): PairPoints {
  const { matches } = sceneDifference(source, target);
  const isCrowded = Math.max(source.objects.length, target.objects.length) > 1;
  const common: string[] = [];
  const sourceHas: string[] = [];
  const targetHas: string[] = [];
  for (const [sourceIndex, targetIndex] of matches) {
    const before = source.objects[sourceIndex];
    const after = target.objects[targetIndex];
    if (before === undefined || after === undefined) continue;
    const differing = differingAttributes(before, after);
    const shared = ALL.filter((attribute) => !differing.includes(attribute));
    if (shared.length > 0) common.push(sharedPhrase(before, shared));
    if (differing.length > 0) {
      const said = isCrowded ? withShape(differing) : differing;
      sourceHas.push(objectPhrase(before, said));
      targetHas.push(objectPhrase(after, said));
    }
  }
  const backgrounds = compareBackgrounds(source.background, target.background);
  if (backgrounds.source !== undefined) sourceHas.push(backgrounds.source);
  if (backgrounds.target !== undefined) targetHas.push(backgrounds.target);
  const gone = source.objects.filter((_, index) => !matches.some(([at]) => at === index));
  const come = target.objects.filter((_, index) => !matches.some(([, at]) => at === index));
  const shared = backgrounds.common === undefined ? common : [...common, backgrounds.common];
  return {
    common: shared.length > 0 ? shared : ["simple shapes"],
    source: {
      has: [...gone.map((object) => objectPhrase(object, ALL)), ...sourceHas],
      lacks: gone.length > 0 ? [] : come.map(definitePhrase),
      says: [],
    },
    target: {
      has: [...come.map((object) => objectPhrase(object, ALL)), ...targetHas],
      lacks: come.length > 0 ? [] : gone.map(definitePhrase),
      says: [],
    },
  };
}

/** What both show of an object: `a red shape` where the shapes differ. */
function sharedPhrase(object: SceneObject, shared: readonly ObjectAttribute[]): string {
  return objectPhrase(object, shared).replace(
    /\bone\b/u,
    shared[0] === "position" ? "a shape" : "shape",
  );
}

/** With several objects, says which one is meant. */
function withShape(attributes: readonly ObjectAttribute[]): readonly ObjectAttribute[] {
  return attributes.includes("shape") ? attributes : [...attributes, "shape"];
}

/** `a large red one on the left`: what is not asked for is not said. */
function objectPhrase(object: SceneObject, attributes: readonly ObjectAttribute[]): string {
  const say = (attribute: "size" | "texture" | "colour" | "shape"): string =>
    attributes.includes(attribute) ? object[attribute] : "";
  const words = [say("size"), say("texture"), say("colour"), say("shape") || "one"];
  const phrase = words.filter((word) => word !== "").join(" ");
  const counted = phrase === "one" ? phrase : `a ${phrase}`;
  return attributes.includes("position") ? `${counted} ${placePhrase(object)}` : counted;
}

function definitePhrase(object: SceneObject): string {
  return `the ${object.colour} ${object.shape}`;
}

function compareBackgrounds(
  source: SceneBackground,
  target: SceneBackground,
): Partial<Readonly<Record<"common" | "source" | "target", string>>> {
  if (source.kind === target.kind && source.colour === target.colour) {
    return { common: fullBackground(source) };
  }
  if (source.kind === target.kind) {
    const common = grammar.kinds[source.kind];
    return { common, source: backgroundColour(source), target: backgroundColour(target) };
  }
  if (source.colour === target.colour) {
    const common = backgroundColour(source);
    return { common, source: grammar.kinds[source.kind], target: grammar.kinds[target.kind] };
  }
  return { source: fullBackground(source), target: fullBackground(target) };
}

function fullBackground({ kind, colour }: SceneBackground): string {
  return grammar.backgrounds[kind].replace("{colour}", colour);
}

function backgroundColour({ colour }: SceneBackground): string {
  return grammar.colours.replace("{colour}", colour);
}
