import type { RejectRecord } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { isItemFailure, isRefusal, rejectOf } from "./item-failure.ts";
import type { RejectionBreaker } from "./rejection-breaker.ts";
import { createRejectionBreaker } from "./rejection-breaker.ts";

/** How far a stage has come. */
export interface AnnotateProgress {
  readonly stage: "describe" | "instruct";
  /** Items finished, rejected ones included. */
  readonly done: number;
  readonly rejected: number;
  readonly total: number;
}

/** What every run over many items can be told. */
export interface AnnotateRunOptions {
  /** Items in work at once. Default 16. The rows do not depend on it. */
  readonly concurrency?: number | undefined;
  /** Default: a new one. Share one among the shards of a stage. */
  readonly breaker?: RejectionBreaker | undefined;
  /** Aborting rejects with the signal's reason, after the items in work have ended. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each item. */
  readonly onProgress?: ((progress: AnnotateProgress) => void) | undefined;
}

interface ItemsOptions<Item, Row> extends AnnotateRunOptions {
  readonly stage: AnnotateProgress["stage"];
  readonly items: readonly Item[];
  readonly idOf: (item: Item) => string;
  /** Items with equal keys are worked on one after the other; ascending. */
  readonly orderKey: (item: Item) => string;
  readonly work: (item: Item) => Promise<Row>;
}

interface ItemsResult<Row> {
  readonly rows: readonly Row[];
  readonly rejects: readonly RejectRecord[];
}

type Outcome<Row> = { readonly row: Row } | { readonly failure: MegaPairsError };

/**
 * Works on items, some at once, and gives rows and rejects in the order of the items. The first
 * error that is not one item's fault ends the run: no new item is begun, those in work finish (their
 * answers may have been paid for), then it is thrown.
 */
export async function annotateItems<Item, Row>(
  options: ItemsOptions<Item, Row>,
): Promise<ItemsResult<Row>> {
  const { items, stage, signal, breaker = createRejectionBreaker(), concurrency = 16 } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `concurrency is ${concurrency}, expected a whole number from 1`,
    );
  }
  const outcomes = new Map<number, Outcome<Row>>();
  const queue = workOrder(items, options.orderKey).values();
  let stopped: { readonly error: unknown } | undefined;
  let rejected = 0;

  const outcomeOf = async (item: Item): Promise<Outcome<Row>> => {
    try {
      signal?.throwIfAborted();
      return { row: await options.work(item) };
    } catch (error) {
      if (signal?.aborted === true || !isItemFailure(error)) throw error;
      return { failure: error };
    }
  };
  const finish = (index: number, outcome: Outcome<Row>): void => {
    const failure = "failure" in outcome ? outcome.failure : undefined;
    breaker.record(failure !== undefined && isRefusal(failure) ? failure : undefined);
    outcomes.set(index, outcome);
    if (failure !== undefined) rejected += 1;
    options.onProgress?.({ stage, done: outcomes.size, rejected, total: items.length });
  };
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        finish(index, await outcomeOf(item));
      } catch (error) {
        stopped ??= { error };
      }
      if (stopped !== undefined) return;
    }
  };

  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (stopped !== undefined) {
    signal?.throwIfAborted();
    throw stopped.error;
  }
  const rows: Row[] = [];
  const rejects: RejectRecord[] = [];
  for (const [index, item] of items.entries()) {
    const outcome = outcomes.get(index);
    if (outcome === undefined) continue;
    if ("row" in outcome) rows.push(outcome.row);
    else rejects.push(rejectOf(options.idOf(item), outcome.failure));
  }
  return { rows, rejects };
}

function workOrder<Item>(
  items: readonly Item[],
  orderKey: (item: Item) => string,
): readonly (readonly [number, Item])[] {
  const keyed = items.map((item, index) => ({ key: orderKey(item), index, item }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
  return keyed.map(({ index, item }) => [index, item]);
}
