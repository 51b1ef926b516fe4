import { setImmediate as nextTurn } from "node:timers/promises";
import { checkCounts } from "../check-count.ts";
import { CapPlan } from "./cap-plan.ts";
import type { CapBars } from "./cap-plan.ts";
import { chooseTargets } from "./choose-targets.ts";
import { KeyCounts } from "./key-counts.ts";
import type { RetrievedSet } from "./merge-neighbours.ts";
import { capsOf } from "./pair-caps.ts";
import type { PairCap, PairCaps } from "./pair-caps.ts";
import { pairPriority } from "./pair-priority.ts";
import { completeSelection } from "./pair-selection.ts";
import type { CompleteSelection, PairSelection } from "./pair-selection.ts";

/** Options of {@link planCaps}: those that `selectPairs` gets, and the caps. */
export interface PlanCapsOptions extends PairSelection, PairCaps {
  /** Gives all retrieved sets of the corpus, as often as it is called. */
  readonly retrievedSets: () => Iterable<RetrievedSet> | AsyncIterable<RetrievedSet>;
  /**
   * Most rounds, 3 by default: enough for 98 % of the pairs that a settled plan has, 93 % where the
   * caps leave no more room than is asked for. Each round reads all sets twice.
   */
  readonly rounds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with how many sets were read, `2 x rounds x sets` at most. */
  readonly onProgress?: ((readSets: number) => void) | undefined;
}

/**
 * Decides which pairs caps let in, before any shard is selected. Deferred acceptance (Gale and
 * Shapley 1962): in each round every query offers the targets that it would choose, every target and
 * group that has too many keeps those of the best seeded priority, and raises its bar; refused
 * queries choose others in the next round. It ends when nobody is refused; what is too much in the
 * last round is cut without another choice.
 *
 * A round is a function of all sets and the bars, so the outcome is the same whatever the order of
 * the sets, and no cap is ever exceeded. With `queriesPerTarget` alone, a settled plan is the stable
 * matching that is best for the queries. In memory: a count for each target image, a bar for each
 * full one.
 *
 * Rejects with `invalid-argument` on settings out of range.
 */
export async function planCaps(options: PlanCapsOptions): Promise<CapPlan> {
  const { retrievedSets, rounds = 3 } = options;
  checkCounts({ rounds }, 1);
  const settings = completeSelection(options);
  const caps = capsOf(options);
  const reading = { ...options, settings, readSets: 0 };
  let bars: readonly CapBars[] = caps.map(() => new Map());
  if (caps.length === 0) return new CapPlan(caps, settings.seed, 0, bars);
  for (let round = 1; ; round += 1) {
    const plan = new CapPlan(caps, settings.seed, round, bars);
    const offers = (): AsyncGenerator<Offer> => offersOf(retrievedSets(), plan, reading);
    const full = await findFull(offers(), caps);
    if (full.every(({ size }) => size === 0)) return plan;
    const raised = await raiseBars(offers(), { caps, full, bars, seed: settings.seed });
    if (round === rounds) return new CapPlan(caps, settings.seed, round, bars, raised);
    bars = raised;
  }
}

interface Offer {
  readonly queryId: string;
  readonly targetId: string;
}

interface Reading extends Pick<PlanCapsOptions, "signal" | "onProgress"> {
  readonly settings: CompleteSelection;
  readSets: number;
}

/** The pairs that queries would choose, were there no caps but the bars. */
async function* offersOf(
  sets: Iterable<RetrievedSet> | AsyncIterable<RetrievedSet>,
  plan: CapPlan,
  reading: Reading,
): AsyncGenerator<Offer> {
  for await (const set of sets) {
    reading.readSets += 1;
    if (reading.readSets % SETS_PER_TURN === 0) {
      reading.onProgress?.(reading.readSets);
      await nextTurn();
    }
    reading.signal?.throwIfAborted();
    const { queryId } = set;
    for (const target of chooseTargets(set, reading.settings, plan).chosen) {
      yield { queryId, targetId: target.id };
    }
  }
}

/** Sets looked at before the event loop has its turn. */
const SETS_PER_TURN = 256;

/** For each cap the keys that got more offers than it allows. */
async function findFull(
  offers: AsyncIterable<Offer>,
  caps: readonly PairCap[],
): Promise<ReadonlySet<string>[]> {
  const counts = caps.map(() => new KeyCounts());
  for await (const { queryId, targetId } of offers) {
    for (const [place, { keyOf }] of caps.entries()) {
      const key = keyOf(queryId, targetId);
      if (key !== undefined) counts[place]!.add(key);
    }
  }
  return caps.map(({ most }, place) => counts[place]!.over(most));
}

interface Raise {
  readonly caps: readonly PairCap[];
  readonly full: readonly ReadonlySet<string>[];
  readonly bars: readonly CapBars[];
  readonly seed: number;
}

/** Bars under which each full key has at most as many offers as its cap allows. */
async function raiseBars(
  offers: AsyncIterable<Offer>,
  { caps, full, bars, seed }: Raise,
): Promise<CapBars[]> {
  const best = full.map((keys) => new Map([...keys].map((key) => [key, [] as number[]])));
  for await (const { queryId, targetId } of offers) {
    let priority: number | undefined;
    for (const [place, { keyOf, most }] of caps.entries()) {
      const key = keyOf(queryId, targetId);
      const lowest = key === undefined ? undefined : best[place]!.get(key);
      if (lowest === undefined) continue;
      lowest.push((priority ??= pairPriority(seed, queryId, targetId)));
      if (lowest.length > 2 * most + SLACK) keepLowest(lowest, most + 1);
    }
  }
  return caps.map(({ most }, place) => {
    const raised = new Map(bars[place]);
    for (const [key, lowest] of best[place]!) {
      keepLowest(lowest, most + 1);
      // Of equal priorities at the bar none gets in: a cap is never exceeded.
      raised.set(key, lowest[most]!);
    }
    return raised;
  });
}

/** Priorities held beyond twice a cap, so that small ones are not sorted all the time. */
const SLACK = 32;

function keepLowest(values: number[], count: number): void {
  values.sort((first, second) => first - second);
  values.length = Math.min(values.length, count);
}
