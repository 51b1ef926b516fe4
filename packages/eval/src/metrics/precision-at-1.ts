import { MegaPairsError } from "@megapairs/spec";

/** What one query scores over its own candidates; all four agree where the best score is alone. */
export interface PrecisionAt1 {
  /** MMEB's rule: 1 if the first of the best-scored candidates is the right one. */
  readonly official: number;
  /** 1 if the right one is among the best-scored. */
  readonly optimistic: number;
  /** 1 if the right one alone is best-scored. */
  readonly pessimistic: number;
  /** The chance to hit it by drawing one of the best-scored: what ties are worth. */
  readonly expected: number;
}

/**
 * Precision@1 of a query over its own candidates. A constant encoder scores 100 % under MMEB's
 * official rule, for there the right candidate comes first and wins every tie; `expected` gives it
 * one in the number of candidates. Report `expected` beside `official`.
 *
 * @param scores - One similarity for each candidate, at least one.
 * @param rightIndex - Which candidate is right: 0 in MMEB.
 * @throws `invalid-argument` on a NaN or an infinite score, or an index that is no candidate's.
 * Source: TIGER-AI-Lab/VLM2Vec, branch v1, `eval.py`: argmax equal to 0.
 */
export function precisionAt1(scores: ArrayLike<number>, rightIndex = 0): PrecisionAt1 {
  const right = scores[rightIndex];
  if (right === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `The right candidate is ${rightIndex} of ${scores.length}; expected one of them.`,
    );
  }
  let best = -Infinity;
  let first = 0;
  let ties = 0;
  for (let index = 0; index < scores.length; index += 1) {
    const score = scores[index]!;
    if (!Number.isFinite(score)) {
      throw new MegaPairsError(
        "invalid-argument",
        `The score of candidate ${index} is ${score}; expected a finite number.`,
      );
    }
    if (score > best) {
      best = score;
      first = index;
      ties = 1;
    } else if (score === best) {
      ties += 1;
    }
  }
  const isBest = right === best;
  return {
    official: first === rightIndex ? 1 : 0,
    optimistic: isBest ? 1 : 0,
    pessimistic: isBest && ties === 1 ? 1 : 0,
    expected: isBest ? 1 / ties : 0,
  };
}
