import grammar from "../data/caption-grammar.json" with { type: "json" };
import layout from "../data/layout.json" with { type: "json" };
import shapes from "../data/shapes.json" with { type: "json" };
import type { Scene, SceneObject } from "./scene.ts";
import { relationBetween } from "./scene-rules.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { createSeededRandom } from "./seeded-random.ts";

/**
 * An alt-text of a scene, in the varied wording of the web: `Big teal cross over a small pink
 * square on a white background`. All of it is true; it names every object with its colour and
 * shape and the background's colour, and leaves some of the rest unsaid. The wording follows `seed`.
 */
export function captionScene(scene: Scene, seed: number): string {
  const random = createSeededRandom("caption", seed);
  const [a, b, c] = mentionOrder(scene.objects, random);
  if (a === undefined) return fill(groundPhrase(scene, random), {});
  const template = random.pick(c ? grammar.three : b ? grammar.two : grammar.one);
  const order = b && scene.objects.indexOf(a) < scene.objects.indexOf(b);
  const relation =
    b && relationBetween(a, b, order ? "first painted first" : "second painted first");
  const sentence = fill(template, {
    a: objectPhrase(a, random),
    b: b ? objectPhrase(b, random) : "",
    c: c ? objectPhrase(c, random) : "",
    relation: relation ? random.pick(grammar.relations[relation]) : "",
    place: placePhrase(a),
    placeOfC: c ? placePhrase(c) : "",
    ground: groundPhrase(scene, random),
  });
  const prefix = random.pick(grammar.prefixes);
  const caption = `${prefix}${sentence}${random.pick(grammar.suffixes)}`;
  return caption.charAt(0).toUpperCase() + caption.slice(1);
}

/** Where in the picture an object is: `in the top left corner`. */
export function placePhrase(object: Pick<SceneObject, "column" | "row">): string {
  return layout.cells[object.row]?.[object.column] ?? "";
}

/** Mostly as painted, sometimes the other way round. */
function mentionOrder(
  objects: readonly SceneObject[],
  random: SeededRandom,
): readonly SceneObject[] {
  return random.below(4) === 0 ? objects.toReversed() : objects;
}

function objectPhrase(object: SceneObject, random: SeededRandom): string {
  const words = [
    random.pick(grammar.sizes[object.size]),
    random.pick(grammar.textures[object.texture]),
    object.colour,
    random.pick(shapes[object.shape].nouns),
  ];
  const phrase = words.filter((word) => word !== "").join(" ");
  return `${/^[aeiou]/u.test(phrase) ? "an" : "a"} ${phrase}`;
}

function groundPhrase(scene: Scene, random: SeededRandom): string {
  const { kind, colour } = scene.background;
  const phrase = random.pick(grammar.grounds[kind]);
  return fill(phrase, { colour }).replace(/\ba (?=[aeiou])/u, "an ");
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => values[name] ?? "");
}
