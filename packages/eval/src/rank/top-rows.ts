import { exactScore } from "./exact-score.ts";
import { float32Tolerance } from "./gallery-scorer.ts";

/** What {@link TopRows} ranks. */
export interface TopRowsSettings {
  /** Row-major float32 `[queries, dimensions]`, unit rows. */
  readonly queries: Float32Array;
  /** Row-major float32 `[rows, dimensions]`, unit rows. */
  readonly gallery: Float32Array;
  readonly dimensions: number;
  /** Rows kept for each query. */
  readonly depth: number;
  /** Place of a row among equal scores; the smaller comes first. */
  readonly tie: (query: number, row: number) => number;
}

/** Rows with their exact scores, best first. */
export interface RankedRows {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The best rows of every query out of estimated scores. An estimate only decides what cannot be among
 * the best; the order comes from exact scores, then `tie`. So the result is that of a full sort of exact
 * scores, to the bit, whatever computed the estimates.
 *
 * Holds about twice `depth` candidates for each query.
 */
export class TopRows {
  /** By query: an estimate below cannot be among the best. */
  readonly bars: Float32Array;
  readonly #settings: TopRowsSettings;
  readonly #tolerance: number;
  readonly #capacity: number;
  readonly #counts: Int32Array;
  readonly #rows: Int32Array;
  readonly #scores: Float32Array;

  constructor(settings: TopRowsSettings) {
    const { queries, dimensions, depth } = settings;
    const count = queries.length / dimensions;
    this.#settings = settings;
    this.#tolerance = float32Tolerance(dimensions);
    this.#capacity = 2 * depth + SLACK;
    this.bars = new Float32Array(count).fill(-Infinity);
    this.#counts = new Int32Array(count);
    this.#rows = new Int32Array(count * this.#capacity);
    this.#scores = new Float32Array(count * this.#capacity);
  }

  /** Takes estimated scores `[rows, queries]` of consecutive gallery rows. */
  scan(estimates: Float32Array, firstRow: number): void {
    const { bars } = this;
    const count = bars.length;
    for (let start = 0, row = firstRow; start < estimates.length; start += count, row += 1) {
      for (let query = 0; query < count; query += 1) {
        const score = estimates[start + query]!;
        if (score >= bars[query]!) this.#offer(query, row, score);
      }
    }
  }

  /** The best of all rows scanned so far, for one query. */
  rank(query: number): RankedRows {
    this.#settle(query);
    const start = query * this.#capacity;
    const end = start + this.#counts[query]!;
    return { rows: this.#rows.slice(start, end), scores: this.#scores.slice(start, end) };
  }

  #offer(query: number, row: number, score: number): void {
    if (this.#counts[query] === this.#capacity) this.#makeRoom(query);
    if (score < this.bars[query]!) return;
    const place = query * this.#capacity + this.#counts[query]!;
    this.#rows[place] = row;
    this.#scores[place] = score;
    this.#counts[query]! += 1;
  }

  #makeRoom(query: number): void {
    const { depth } = this.#settings;
    const start = query * this.#capacity;
    const scores = this.#scores.slice(start, start + this.#capacity).toSorted();
    const last = scores[scores.length - depth]!;
    const bar = Math.max(this.bars[query]!, last - 2 * this.#tolerance);
    this.bars[query] = bar;
    let kept = 0;
    for (let place = start; place < start + this.#capacity; place += 1) {
      if (this.#scores[place]! < bar) continue;
      this.#rows[start + kept] = this.#rows[place]!;
      this.#scores[start + kept] = this.#scores[place]!;
      kept += 1;
    }
    this.#counts[query] = kept;
    // Too close together to tell apart by estimates: the exact scores decide.
    if (kept > this.#capacity - SLACK / 2) this.#settle(query);
  }

  /** Puts exact scores in place of estimates, in order, and keeps `depth` of them. */
  #settle(query: number): void {
    const { queries, gallery, dimensions, depth, tie } = this.#settings;
    const start = query * this.#capacity;
    const rows = this.#rows.slice(start, start + this.#counts[query]!);
    const scores = Float32Array.from(rows, (row) =>
      exactScore(queries, query, gallery, row, dimensions),
    );
    const order = Array.from(rows.keys()).toSorted(
      (one, other) =>
        scores[other]! - scores[one]! || tie(query, rows[one]!) - tie(query, rows[other]!),
    );
    const count = Math.min(order.length, depth);
    for (let place = 0; place < count; place += 1) {
      this.#rows[start + place] = rows[order[place]!]!;
      this.#scores[start + place] = scores[order[place]!]!;
    }
    this.#counts[query] = count;
    if (count < depth) return;
    const last = this.#scores[start + depth - 1]!;
    this.bars[query] = Math.max(this.bars[query]!, last - 2 * this.#tolerance);
  }
}

/** Candidates beyond twice the depth. */
const SLACK = 64;
