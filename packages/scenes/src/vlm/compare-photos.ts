import grammar from "../data/description-grammar.json" with { type: "json" };
import type { PhotoReading } from "../reader/read-photo.ts";
import { joinPhrases, type PairPoints, type SidePoints } from "./pair-points.ts";

/** What two pictures of anything share and how they differ, by colours, brightness and layout. */
export function comparePhotos(source: PhotoReading, target: PhotoReading): PairPoints {
  const shared = source.colours.filter((colour) => target.colours.includes(colour));
  const common = [
    source.detail === target.detail ? `a ${source.detail} scene` : "a scene",
    ...(shared.length > 0 ? [`${joinPhrases(shared)} tones`] : []),
    ...(source.focus === target.focus ? [`the strongest contrast ${source.focus}`] : []),
  ];
  return { common, source: onlyIn(source, target), target: onlyIn(target, source) };
}

function onlyIn(reading: PhotoReading, other: PhotoReading): SidePoints {
  const colours = reading.colours.filter((colour) => !other.colours.includes(colour));
  const has = [
    ...(colours.length > 0 ? [`more ${joinPhrases(colours)} in it`] : []),
    ...(reading.focus === other.focus ? [] : [`the strongest contrast ${reading.focus}`]),
  ];
  const says = [
    ...(reading.brightness === other.brightness
      ? []
      : [grammar.photoBrightness[reading.brightness]]),
    ...(reading.detail === other.detail
      ? []
      : [reading.detail === "smooth" ? "looks smoother" : "looks more detailed"]),
  ];
  return { has, lacks: [], says };
}
