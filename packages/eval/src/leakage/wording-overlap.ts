import { MegaPairsError } from "@megapairs/spec";

/** What was asked, what was trained on, and how they are compared. */
export interface WordingOverlapOptions {
  /** Texts of a benchmark. */
  readonly asked: Iterable<string>;
  /** Texts that were trained on. */
  readonly known: Iterable<string>;
  /**
   * Words and phrases that both may say, in lower case: `teal`, `plus sign`. They are one blank each in
   * what is compared, so that `make it teal` and `make it pink` are one template. Default: none.
   */
  readonly blanks?: readonly string[] | undefined;
  /** Longest run of words that is compared; 4 by default. */
  readonly longest?: number | undefined;
}

/** How much of the wording of a benchmark was met in training. Shares of 1. */
export interface WordingOverlap {
  /** Of the distinct texts asked, those that are a known text, word by word. */
  readonly texts: number;
  /** Of the distinct templates asked (texts with blanks), those that are known templates. */
  readonly templates: number;
  /** Distinct templates on each side. */
  readonly askedTemplates: number;
  readonly knownTemplates: number;
  /** By length in words, from 1: of the distinct runs of words in asked templates, those that known ones have. */
  readonly runs: readonly number[];
}

const BLANK = "_";

/**
 * Tells whether a benchmark can be answered by having met its sentences: how many of its texts,
 * templates and runs of words are among those that were trained on. Letters alone count, in lower case.
 *
 * @throws `invalid-argument` without a text on either side, or a length below 1.
 */
export function wordingOverlap(options: WordingOverlapOptions): WordingOverlap {
  const { longest = 4 } = options;
  if (!Number.isSafeInteger(longest) || longest < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `longest is ${longest}; expected a whole number from 1.`,
    );
  }
  const blank = blankOut(options.blanks ?? []);
  const [asked, known] = [options.asked, options.known].map((texts) => {
    const plain = new Set([...texts].map(plainWords));
    return { plain, templates: new Set([...plain].map(blank)) };
  });
  if (asked === undefined || known === undefined || !asked.plain.size || !known.plain.size) {
    throw new MegaPairsError("invalid-argument", "There are no texts to compare.");
  }
  const lengths = Array.from({ length: longest }, (_, index) => index + 1);
  return {
    texts: shareOf(asked.plain, known.plain),
    templates: shareOf(asked.templates, known.templates),
    askedTemplates: asked.templates.size,
    knownTemplates: known.templates.size,
    runs: lengths.map((length) =>
      shareOf(runsOf(asked.templates, length), runsOf(known.templates, length)),
    ),
  };
}

function plainWords(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}

/** Longer phrases first: `plus sign` before `plus`. */
function blankOut(phrases: readonly string[]): (text: string) => string {
  if (phrases.length === 0) return (text) => text;
  const longestFirst = phrases.map(plainWords).toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(`(?<= )(?:${longestFirst.join("|")})(?= )`, "gu");
  return (text) => ` ${text} `.replaceAll(pattern, BLANK).trim();
}

function runsOf(templates: ReadonlySet<string>, length: number): ReadonlySet<string> {
  const runs = new Set<string>();
  for (const template of templates) {
    const words = template.split(" ");
    for (let end = length; end <= words.length; end += 1) {
      const run = words.slice(end - length, end);
      if (run.some((word) => word !== BLANK)) runs.add(run.join(" "));
    }
  }
  return runs;
}

/** Of the distinct members of `some`, those in `others`; 0 where there are none. */
function shareOf(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  if (some.size === 0) return 0;
  return [...some].filter((one) => others.has(one)).length / some.size;
}
