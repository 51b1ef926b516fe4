import grammar from "../data/description-grammar.json" with { type: "json" };
import { createSeededRandom } from "../world/seeded-random.ts";
import {
  countWords,
  joinPhrases,
  withArticles,
  type PairPoints,
  type SidePoints,
} from "./pair-points.ts";

/** How to word a description. */
export interface DescribePairOptions {
  /** Most words. Details are left out until the text fits; the bare form is never cut. */
  readonly wordLimit: number;
  /** Chooses between wordings. */
  readonly seed: number;
}

/** Options of {@link describePair}. */
export interface DescribePairSettings extends DescribePairOptions {
  /** Mean luminance of the source minus that of the target: said where there is nothing else. */
  readonly brighter: number;
}

/**
 * Describes two pictures from what is to be said of them in the form of the paper's first annotation
 * stage (§3.2): `Both images …. However, the Source Image …, whereas the Target Image ….`
 */
export function describePair(pair: PairPoints, settings: DescribePairSettings): string {
  let points = pair;
  if (isSilent(points.source) || isSilent(points.target)) {
    const brighter = Math.sign(settings.brighter);
    points = {
      common: points.common,
      source: addSaying(points.source, sayBrightness(brighter, "one copy")),
      target: addSaying(points.target, sayBrightness(-brighter, "another copy")),
    };
  }
  const verb = createSeededRandom("describe", settings.seed).pick(grammar.commonVerbs);
  for (;;) {
    const text = compose(points, verb);
    const shorter = countWords(text) > settings.wordLimit ? shorten(points) : undefined;
    if (shorter === undefined) return text;
    points = shorter;
  }
}

function compose({ common, source, target }: PairPoints, verb: string): string {
  return withArticles(
    `Both images ${verb} ${joinPhrases(common)}. However, the Source Image ${clause(source)}, ` +
      `whereas the Target Image ${clause(target)}.`,
  );
}

function clause({ has, lacks, says }: SidePoints): string {
  return joinPhrases([
    ...(has.length > 0 ? [`has ${joinPhrases(has)}`] : []),
    ...(lacks.length > 0 ? [`lacks ${joinPhrases(lacks)}`] : []),
    ...says,
  ]);
}

function sayBrightness(brighter: number, equal: string): string {
  if (brighter === 0) return `is ${equal}`;
  return brighter > 0 ? "is slightly brighter" : "is slightly darker";
}

function isSilent(side: SidePoints): boolean {
  return side.has.length + side.lacks.length + side.says.length === 0;
}

function addSaying(side: SidePoints, saying: string): SidePoints {
  return isSilent(side) ? { ...side, says: [saying] } : side;
}

/** Leaves out the last point of the longest list; undefined where every list is down to one. */
function shorten({ common, source, target }: PairPoints): PairPoints | undefined {
  if (common.length > Math.max(1, source.has.length - 1)) {
    return { common: common.slice(0, -1), source, target };
  }
  if (countPoints(source) >= countPoints(target) && countPoints(source) > 1) {
    return { common, source: dropPoint(source), target };
  }
  if (countPoints(target) > 1) return { common, source, target: dropPoint(target) };
  return common.length > 1 ? { common: common.slice(0, -1), source, target } : undefined;
}

function countPoints({ has, lacks, says }: SidePoints): number {
  return has.length + lacks.length + says.length;
}

function dropPoint(side: SidePoints): SidePoints {
  if (side.says.length > 0) return { ...side, says: side.says.slice(0, -1) };
  if (side.lacks.length > 0) return { ...side, lacks: side.lacks.slice(0, -1) };
  return { ...side, has: side.has.slice(0, -1) };
}
