import { selectLargest } from "./select-largest.ts";

/** What {@link BestRows} of many queries have in common. */
export interface BestRowsSettings {
  /** How many to keep. */
  readonly limit: number;
  /** Largest |offered score − exact score|; 0 where offers are exact. */
  readonly tolerance: number;
  /** Exact scores of rows with a query, clamped. */
  readonly rescore: (query: number, rows: Int32Array) => Float32Array;
}

/** Rows with their exact scores: by descending score, then ascending row. */
export interface RankedRows {
  readonly rows: readonly number[];
  readonly scores: readonly number[];
}

/**
 * The best few of the rows offered to one query: by descending exact score, then ascending row.
 * Since that order is total, the outcome is the same in whatever order they are offered, and
 * whatever the estimates were.
 *
 * Holds about twice as many candidates as it keeps, and scores them exactly only where that decides.
 */
export class BestRows {
  /** How many were offered, kept or not. */
  offered = 0;
  /** An offer below cannot be among the best; -Infinity until there are `limit`. */
  bar: number = -Infinity;
  readonly #query: number;
  readonly #settings: BestRowsSettings;
  #count = 0;
  #rows = new Int32Array(SLACK);
  #scores = new Float32Array(SLACK);

  constructor(query: number, settings: BestRowsSettings) {
    this.#query = query;
    this.#settings = settings;
  }

  /** Each row at most once; a float32 score within [-1, 1]. */
  offer(row: number, score: number): void {
    this.offered += 1;
    if (score < this.bar) return;
    if (this.#count === this.#rows.length) this.#makeRoom();
    this.#rows[this.#count] = row;
    this.#scores[this.#count] = score;
    this.#count += 1;
  }

  /** The best of all that were offered. */
  rank(): RankedRows {
    this.#dropHopeless();
    this.#settle();
    return {
      rows: Array.from(this.#rows.subarray(0, this.#count)),
      scores: Array.from(this.#scores.subarray(0, this.#count)),
    };
  }

  #makeRoom(): void {
    const { limit } = this.#settings;
    const most = 2 * limit + SLACK;
    if (this.#count < most) {
      this.#rows = resize(this.#rows, Math.min(most, 2 * this.#count));
      this.#scores = resize(this.#scores, this.#rows.length);
      return;
    }
    this.#dropHopeless();
    // Estimates that lie too close together to tell apart: the exact scores decide.
    if (this.#count > limit + most / 4) this.#settle();
  }

  /** At least `limit` candidates have an exact score of the limit-th estimate less the tolerance. */
  #dropHopeless(): void {
    const { limit, tolerance } = this.#settings;
    if (this.#count <= limit) return;
    const last = selectLargest(this.#scores.slice(0, this.#count), limit);
    this.#raise(last - 2 * tolerance);
    let kept = 0;
    for (let place = 0; place < this.#count; place += 1) {
      const score = this.#scores[place]!;
      if (score < this.bar) continue;
      this.#rows[kept] = this.#rows[place]!;
      this.#scores[kept] = score;
      kept += 1;
    }
    this.#count = kept;
  }

  #settle(): void {
    const { limit, tolerance, rescore } = this.#settings;
    const rows = this.#rows.slice(0, this.#count);
    const scores =
      tolerance === 0 ? this.#scores.slice(0, this.#count) : rescore(this.#query, rows);
    const order = Uint32Array.from(rows.keys()).toSorted(
      (a, b) => scores[b]! - scores[a]! || rows[a]! - rows[b]!,
    );
    this.#count = Math.min(order.length, limit);
    for (let place = 0; place < this.#count; place += 1) {
      this.#rows[place] = rows[order[place]!]!;
      this.#scores[place] = scores[order[place]!]!;
    }
    if (this.#count === limit) this.#raise(this.#scores[limit - 1]! - tolerance);
  }

  /** A score under -1 counts as -1, so that no bar down there is safe. */
  #raise(bar: number): void {
    if (bar > -1) this.bar = Math.max(this.bar, bar);
  }
}

function resize<Values extends Int32Array | Float32Array>(values: Values, length: number): Values;
function resize(values: Int32Array | Float32Array, length: number): Int32Array | Float32Array {
  const resized = values instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  resized.set(values);
  return resized;
}

/** Candidates beyond twice the limit, so that small limits are not settled all the time. */
const SLACK = 32;

/** The {@link BestRows} of every query row that was offered any. */
export class BestRowsByQuery {
  readonly #settings: BestRowsSettings;
  readonly #byQuery: (BestRows | undefined)[];

  constructor(rowCount: number, settings: BestRowsSettings) {
    this.#settings = settings;
    this.#byQuery = Array.from({ length: rowCount });
  }

  /** Gives the query's bar. */
  offer(query: number, row: number, score: number): number {
    const best = (this.#byQuery[query] ??= new BestRows(query, this.#settings));
    best.offer(row, score);
    return best.bar;
  }

  get(query: number): BestRows | undefined {
    return this.#byQuery[query];
  }
}
