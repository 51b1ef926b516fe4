import grammar from "../data/description-grammar.json" with { type: "json" };
import type { Combination } from "../objects/combination-scene.ts";
import type { PairPoints } from "./pair-points.ts";

/** What two pictures of one object share and how they differ, in words. */
export function compareCombinations(source: Combination, target: Combination): PairPoints {
  const isSameShape = source.shape === target.shape;
  const isSameColour = source.colour === target.colour;
  const isSameBackground = source.background === target.background;
  const shared = [
    ...(isSameShape || isSameColour
      ? [`a ${isSameColour ? `${source.colour} ` : ""}${isSameShape ? source.shape : "shape"}`]
      : ["a single shape"]),
    ...(isSameBackground ? [backgroundPhrase(source)] : []),
  ];
  const ownOf = (own: Combination): string[] => {
    const words = [
      ...(isSameColour ? [] : [own.colour]),
      ...(isSameShape ? (isSameColour ? [] : ["one"]) : [own.shape]),
    ];
    return [
      ...(words.length > 0 ? [`a ${words.join(" ")}`] : []),
      ...(isSameBackground ? [] : [backgroundPhrase(own)]),
    ];
  };
  return {
    common: shared,
    source: { has: ownOf(source), lacks: [], says: [] },
    target: { has: ownOf(target), lacks: [], says: [] },
  };
}

function backgroundPhrase({ background }: Combination): string {
  return grammar.colours.replace("{colour}", background);
}
