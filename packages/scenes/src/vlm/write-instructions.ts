import grammar from "../data/instruction-grammar.json" with { type: "json" };
import { createSeededRandom, type SeededRandom } from "../world/seeded-random.ts";
import { joinPhrases } from "./pair-points.ts";

/** What the target of a description has of its own, taken apart. */
interface TargetClause {
  /** Said after `with`. */
  readonly has: readonly string[];
  /** Said after `without`. */
  readonly lacks: readonly string[];
  /** Verb phrases, said after `that`. */
  readonly says: readonly string[];
}

type Style = keyof typeof grammar.nothing;

const STYLES: readonly Style[] = ["imperative", "noun phrase", "question"];
const MOST_ATTEMPTS = 60;
/** Characters: the description stands last, and the search must stay short on hostile text. */
const LONGEST_READ = 8000;
const DESCRIPTION =
  /Both images\b(?:(?!Both images\b)[\s\S])*?\bHowever, the Source Image\b(?:(?!Both images\b)[\s\S])*?\bwhereas the Target Image\s+(?<target>[\s\S]*?)(?:\.(?=["'”\s]|$)|[<\n]|$)/giu;
const NEXT_VERB =
  /(?:,\s+(?:and\s+)?|\s+and\s+)(?=(?:has|lacks|is|looks|shows|contains|features)\s)/u;
const NEXT_PHRASE = /,\s+and\s+|,\s+|\s+and\s+/u;

/** The target's clause of the last description of the fixed form in a text; undefined where none is. */
export function findTargetClause(text: string): string | undefined {
  const clause = [...text.slice(-LONGEST_READ).matchAll(DESCRIPTION)]
    .at(-1)
    ?.groups?.["target"]?.trim();
  return clause === "" ? undefined : clause;
}

/** Options of {@link writeInstructions}. */
export interface WriteInstructionsOptions {
  /** Decides the wording. */
  readonly seed: number;
  /** How many to try for, where that is more than three or four: about ten can be had. */
  readonly least?: number | undefined;
  /**
   * What an instruction names of several points. `some`, the default: one or two, so that instructions
   * differ in what they ask. `all`: what leaves nothing out has no other answer than the target.
   */
  readonly names?: "some" | "all" | undefined;
}

/**
 * Writes three or four distinct retrieval instructions that lead to the target: at least one
 * command, one noun phrase and one question. What is shared is pointed at (`it`, `the same
 * picture`), what the target alone has is spelled out (paper §3.2).
 *
 * @param targetClause - a verb phrase: `has a blue star on the left and lacks the red ring`.
 */
export function writeInstructions(
  targetClause: string,
  { seed, least = 0, names = "some" }: WriteInstructionsOptions,
): readonly string[] {
  const clause = takeApart(targetClause);
  const random = createSeededRandom("instruct", seed);
  const choose = names === "all" ? allOf : someOf;
  const write = (style: Style): string => phrase(clause, style, random, choose);
  const instructions = new Set(STYLES.map(write));
  const wanted = Math.max(least, STYLES.length + random.below(2));
  for (let attempt = 0; instructions.size < wanted && attempt < MOST_ATTEMPTS; attempt++) {
    instructions.add(write(random.pick(STYLES)));
  }
  return random.shuffle([...instructions]);
}

function takeApart(targetClause: string): TargetClause {
  const has: string[] = [];
  const lacks: string[] = [];
  const says: string[] = [];
  for (const part of targetClause.replaceAll(/\s+/gu, " ").split(NEXT_VERB)) {
    const [, verb = "", rest = ""] = /^(\w+) (.*)$/u.exec(part) ?? [];
    if (["has", "shows", "contains", "features"].includes(verb)) has.push(...phrasesOf(rest));
    else if (verb === "lacks") lacks.push(...phrasesOf(rest));
    else says.push(part);
  }
  return { has, lacks, says };
}

/** The listed noun phrases, where each begins with an article; else the whole. */
function phrasesOf(list: string): readonly string[] {
  const phrases = list.split(NEXT_PHRASE);
  return phrases.every((item) => /^(?:an?|the|no|one)\s/u.test(item)) ? phrases : [list];
}

function phrase(
  clause: TargetClause,
  style: Style,
  random: SeededRandom,
  choose: (points: readonly string[], random: SeededRandom) => readonly string[],
): string {
  const has = choose(clause.has, random);
  const lacks = choose(clause.lacks, random);
  if (style === "imperative" && has.length === 0 && lacks.length > 0) {
    return random.pick(grammar.remove).replace("{gone}", joinPhrases(lacks));
  }
  const phrases = [
    ...(has.length > 0 ? [`with ${joinPhrases(has)}`] : []),
    ...(lacks.length > 0 ? [`without ${joinPhrases(lacks)}`] : []),
  ];
  if (phrases.length > 0) {
    return random.pick(grammar.with[style]).replace("{with}", () => phrases.join(" but "));
  }
  const [says] = random.shuffle(clause.says);
  if (says === undefined) return random.pick(grammar.nothing[style]);
  return random.pick(grammar.that[style]).replace("{that}", () => says);
}

function allOf(points: readonly string[]): readonly string[] {
  return points;
}

/** Up to two of several points, in their order, so that instructions differ in what they ask. */
function someOf(points: readonly string[], random: SeededRandom): readonly string[] {
  if (points.length < 2) return points;
  const chosen = new Set(random.shuffle(points).slice(0, 1 + random.below(2)));
  return points.filter((point) => chosen.has(point));
}
