/** The material of a pair's description: what to say of both, of the source and of the target. */
export interface PairPoints {
  /** Begins with the verb: `show a red ring`, `are photographs`. Most telling first. */
  readonly common: readonly string[];
  /** What the source image alone has, as noun phrases with their article. */
  readonly source: SidePoints;
  readonly target: SidePoints;
}

/** What one image of a pair has and the other has not. */
export interface SidePoints {
  /** `has …`: noun phrases with their article. */
  readonly has: readonly string[];
  /** `lacks …`: noun phrases with their article. */
  readonly lacks: readonly string[];
  /** Whole verb phrases: `is slightly darker`. */
  readonly says: readonly string[];
}

/** Words of a text, by white space. */
export function countWords(text: string): number {
  return text.split(/\s+/u).filter((word) => word !== "").length;
}

/** `a, b and c`. */
export function joinPhrases(phrases: readonly string[]): string {
  if (phrases.length < 2) return phrases.join("");
  return `${phrases.slice(0, -1).join(", ")} and ${phrases.at(-1) ?? ""}`;
}

/** Puts `an` for `a` before a vowel. */
export function withArticles(text: string): string {
  return text.replaceAll(/\b([Aa]) (?=[aeiou])/gu, "$1n ");
}
