import { selectLargest } from "../select-largest.ts";

/** Shared memory of a {@link CandidateTable}: threads that are given it see one table. */
export interface CandidateMemory {
  /** How many candidates a row keeps. */
  readonly limit: number;
  /** Room of a row: more than it keeps, so that it is not cut at every offer. */
  readonly capacity: number;
  /** By row: place of its candidates, from 1; 0 before the first. */
  readonly places: Int32Array;
  /** By row: candidates held. */
  readonly counts: Int32Array;
  /** By row: candidates offered, kept or not. */
  readonly totals: Float64Array;
  /** By row: an estimate below cannot be among the best. */
  readonly bars: Float64Array;
  /** How many places are taken. */
  readonly taken: Int32Array;
  /** `[place, capacity]` */
  readonly rows: Int32Array;
  /** `[place, capacity]` */
  readonly scores: Float32Array;
}

/** Memory for `rowCount` rows that keep `limit` candidates each; it is real only once written to. */
export function allocateCandidates(rowCount: number, limit: number): CandidateMemory {
  const capacity = 2 * limit + 16;
  return {
    limit,
    capacity,
    places: new Int32Array(new SharedArrayBuffer(4 * rowCount)),
    counts: new Int32Array(new SharedArrayBuffer(4 * rowCount)),
    totals: new Float64Array(new SharedArrayBuffer(8 * rowCount)),
    bars: new Float64Array(new SharedArrayBuffer(8 * rowCount)).fill(-Infinity),
    taken: new Int32Array(new SharedArrayBuffer(4)),
    rows: new Int32Array(new SharedArrayBuffer(4 * rowCount * capacity)),
    scores: new Float32Array(new SharedArrayBuffer(4 * rowCount * capacity)),
  };
}

/** How a {@link CandidateTable} treats scores. */
export interface CandidateScoring {
  /** Largest |estimate − exact score|. */
  readonly tolerance: number;
  /**
   * Exact scores of a row with candidates, clamped, for tables that are offered estimates. None where
   * every score offered is exact.
   */
  readonly rescore?: ((row: number, candidates: Int32Array) => Float32Array) | undefined;
}

/**
 * The best few of the candidates offered to each row: by descending exact score, then ascending
 * candidate. That order is total, so the outcome is the same in whatever order they are offered, and
 * whatever the estimates were.
 *
 * Several threads may work on one table as long as no two of them on the same row.
 */
export class CandidateTable {
  readonly #memory: CandidateMemory;
  readonly #scoring: CandidateScoring;
  readonly #keys: Float64Array;
  readonly #scratch: Int32Array;
  readonly #bits: Float32Array = new Float32Array(1);
  readonly #asInteger: Int32Array = new Int32Array(this.#bits.buffer);

  constructor(memory: CandidateMemory, scoring: CandidateScoring) {
    this.#memory = memory;
    this.#scoring = scoring;
    this.#keys = new Float64Array(memory.capacity);
    this.#scratch = new Int32Array(memory.capacity);
  }

  /** Each candidate of a row at most once; a float32 score within [-1, 1]. */
  offer(row: number, candidate: number, score: number): void {
    const { places, counts, totals, bars, taken, rows, scores, capacity } = this.#memory;
    totals[row] = totals[row]! + 1;
    if (score < bars[row]!) return;
    let place = places[row]!;
    if (place === 0) {
      place = Atomics.add(taken, 0, 1) + 1;
      places[row] = place;
    }
    if (counts[row] === capacity) this.#makeRoom(row);
    const at = (place - 1) * capacity + counts[row]!;
    rows[at] = candidate;
    scores[at] = score;
    counts[row] = counts[row]! + 1;
  }

  /** Cuts a row to its limit, scores it exactly and sorts it, best first. */
  rank(row: number): void {
    const { places, counts, rows, scores, capacity, limit } = this.#memory;
    if (counts[row] === 0) return;
    if (this.#scoring.rescore !== undefined) {
      if (counts[row]! > limit) this.#dropHopeless(row);
      this.#rescore(row);
    }
    if (counts[row]! > limit) this.#cut(row);
    const count = counts[row]!;
    if (count < 2) return;
    const start = (places[row]! - 1) * capacity;
    const keys = this.#keys.subarray(0, count);
    for (let place = 0; place < count; place += 1) {
      keys[place] = this.#ordinal(scores[start + place]!) * PLACES + place;
    }
    keys.sort();
    const held = this.#scratch.subarray(0, count);
    held.set(rows.subarray(start, start + count));
    const heldScores = scores.slice(start, start + count);
    for (let rank = 0; rank < count; rank += 1) {
      const key = keys[count - 1 - rank]!;
      const place = key - Math.floor(key / PLACES) * PLACES;
      rows[start + rank] = held[place]!;
      scores[start + rank] = heldScores[place]!;
    }
    this.#sortTies(start, count);
  }

  #makeRoom(row: number): void {
    const { counts, capacity, limit } = this.#memory;
    if (this.#scoring.rescore !== undefined) {
      this.#dropHopeless(row);
      if (counts[row]! <= (limit + capacity) / 2) return;
      // Estimates that lie too close together to tell apart: the exact scores decide.
      this.#rescore(row);
    }
    this.#cut(row);
  }

  /** At least `limit` candidates have an exact score of the limit-th estimate less the tolerance. */
  #dropHopeless(row: number): void {
    const { places, counts, rows, scores, capacity, limit } = this.#memory;
    const start = (places[row]! - 1) * capacity;
    const end = start + counts[row]!;
    const bar = selectLargest(scores.slice(start, end), limit) - 2 * this.#scoring.tolerance;
    let kept = start;
    for (let at = start; at < end; at += 1) {
      const score = scores[at]!;
      if (score < bar) continue;
      rows[kept] = rows[at]!;
      scores[kept] = score;
      kept += 1;
    }
    counts[row] = kept - start;
    this.#raise(row, bar);
  }

  #rescore(row: number): void {
    const { places, counts, rows, scores, capacity } = this.#memory;
    const start = (places[row]! - 1) * capacity;
    const candidates = rows.subarray(start, start + counts[row]!);
    const exact = this.#scoring.rescore?.(row, candidates);
    if (exact !== undefined) scores.set(exact, start);
  }

  /** Keeps the best `limit` of a row with exact scores, in any order. */
  #cut(row: number): void {
    const { places, counts, rows, scores, capacity, limit } = this.#memory;
    const start = (places[row]! - 1) * capacity;
    const end = start + counts[row]!;
    const last = selectLargest(scores.slice(start, end), limit);
    let above = 0;
    let ties = 0;
    for (let at = start; at < end; at += 1) {
      if (scores[at]! > last) above += 1;
      else if (scores[at] === last) this.#scratch[ties++] = rows[at]!;
    }
    const tied = this.#scratch.subarray(0, ties).toSorted();
    const lastTied = tied[limit - above - 1]!;
    let kept = start;
    for (let at = start; at < end; at += 1) {
      const score = scores[at]!;
      if (score < last || (score === last && rows[at]! > lastTied)) continue;
      rows[kept] = rows[at]!;
      scores[kept] = score;
      kept += 1;
    }
    counts[row] = limit;
    this.#raise(row, last - this.#scoring.tolerance);
  }

  /** A score under -1 counts as -1, so that no bar down there is safe. */
  #raise(row: number, bar: number): void {
    const { bars } = this.#memory;
    if (bar > -1 && bar > bars[row]!) bars[row] = bar;
  }

  #sortTies(start: number, count: number): void {
    const { rows, scores } = this.#memory;
    for (let first = start; first < start + count;) {
      let next = first + 1;
      while (next < start + count && scores[next] === scores[first]) next += 1;
      if (next - first > 1) rows.subarray(first, next).sort();
      first = next;
    }
  }

  /** A whole number that grows with the score: the bits of float32, those of negatives mirrored. */
  #ordinal(score: number): number {
    this.#bits[0] = score + 0; // -0 counts as 0
    const bits = this.#asInteger[0]!;
    return bits >= 0 ? bits : -(bits & 0x7fff_ffff);
  }
}

/** More than a row's capacity, and small enough for ordinals times it to be exact in float64. */
const PLACES = 2 ** 21;
