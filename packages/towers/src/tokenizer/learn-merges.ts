/** How often a word comes, and the symbols that it consists of so far. */
interface Word {
  readonly count: number;
  symbols: readonly string[];
}

/** How often two symbols follow each other, and in which words. */
interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
  readonly words: Set<Word>;
}

/**
 * Byte-pair encoding: joins the pair of neighbouring symbols that comes most often, again and again.
 * Of pairs that come equally often the one whose text is lowest is joined, so that nothing depends on
 * the order of the words. Ends early where every word is one symbol.
 *
 * Source: Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words (2016), algorithm 1.
 */
export function learnMerges(
  words: Iterable<{ readonly symbols: readonly string[]; readonly count: number }>,
  merges: number,
): readonly (readonly [string, string])[] {
  const pairs = new Map<string, Pair>();
  for (const { symbols, count } of words) countPairs(pairs, { symbols, count }, 1);
  const learned: (readonly [string, string])[] = [];
  while (learned.length < merges) {
    const best = mostFrequent(pairs);
    if (best === undefined) break;
    const { left, right } = best;
    learned.push([left, right]);
    for (const word of best.words) {
      countPairs(pairs, word, -1);
      word.symbols = joined(word.symbols, left, right);
      countPairs(pairs, word, 1);
    }
  }
  return learned;
}

/** Adds the pairs of a word to the counts, or takes them away. */
function countPairs(pairs: Map<string, Pair>, word: Word, sign: 1 | -1): void {
  for (let at = 1; at < word.symbols.length; at += 1) {
    const [left, right] = [word.symbols[at - 1]!, word.symbols[at]!];
    const key = `${left} ${right}`;
    const pair = pairs.get(key) ?? { left, right, count: 0, words: new Set() };
    pair.count += sign * word.count;
    if (sign === 1) pair.words.add(word);
    else pair.words.delete(word);
    if (pair.count === 0) pairs.delete(key);
    else pairs.set(key, pair);
  }
}

function mostFrequent(pairs: ReadonlyMap<string, Pair>): Pair | undefined {
  let best: Pair | undefined;
  let bestKey = "";
  for (const [key, pair] of pairs) {
    const isBetter =
      best === undefined || pair.count > best.count || (pair.count === best.count && key < bestKey);
    if (isBetter) [best, bestKey] = [pair, key];
  }
  return best;
}

function joined(symbols: readonly string[], left: string, right: string): readonly string[] {
  const result: string[] = [];
  for (let at = 0; at < symbols.length; at += 1) {
    const isPair = symbols[at] === left && symbols[at + 1] === right;
    result.push(isPair ? left + right : symbols[at]!);
    if (isPair) at += 1;
  }
  return result;
}
