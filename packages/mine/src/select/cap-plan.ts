import type { PairCap } from "./pair-caps.ts";
import { pairPriority } from "./pair-priority.ts";

/** By key of one cap, the priority that no longer gets in; keys without one have room for all. */
export type CapBars = ReadonlyMap<string, number>;

/** What is decided about caps before pairs are made: `planCaps` makes it, `selectPairs` obeys it. */
export class CapPlan {
  /** Rounds of offers it took; 0 where nothing is capped. */
  readonly rounds: number;
  /** Whether no offer of the last round was refused. */
  readonly isSettled: boolean;
  readonly #seed: number;
  readonly #caps: readonly PairCap[];
  readonly #choice: readonly CapBars[];
  readonly #last: readonly CapBars[];

  /** One `choice` and one `last` for each cap: what queries choose under, and what is kept of it. */
  constructor(
    caps: readonly PairCap[],
    seed: number,
    rounds: number,
    choice: readonly CapBars[],
    last: readonly CapBars[] = choice,
  ) {
    this.#caps = caps;
    this.#seed = seed;
    this.rounds = rounds;
    this.#choice = choice;
    this.#last = last;
    this.isSettled = choice === last;
  }

  /** Whether a query may choose this target. */
  offers(queryId: string, targetId: string): boolean {
    return this.#admits(this.#choice, queryId, targetId);
  }

  /** Whether a pair that a query chose stays: always so once the plan is settled. */
  keeps(queryId: string, targetId: string): boolean {
    return this.isSettled || this.#admits(this.#last, queryId, targetId);
  }

  #admits(bars: readonly CapBars[], queryId: string, targetId: string): boolean {
    let priority: number | undefined;
    for (const [place, { keyOf }] of this.#caps.entries()) {
      const own = bars[place]!;
      if (own.size === 0) continue;
      const key = keyOf(queryId, targetId);
      const bar = key === undefined ? undefined : own.get(key);
      if (bar === undefined) continue;
      priority ??= pairPriority(this.#seed, queryId, targetId);
      if (priority >= bar) return false;
    }
    return true;
  }
}
