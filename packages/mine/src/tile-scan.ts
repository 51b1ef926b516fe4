import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix } from "@megapairs/spec";
import { BestRowsByQuery } from "./best-rows.ts";
import { clampScore, exactScores } from "./exact-scores.ts";
import type { RowRange, Tile } from "./plan-tiles.ts";
import type { SimilarityBand } from "./similarity-band.ts";

/** Settings of {@link TileScan}. */
export interface TileScanSettings {
  readonly matrix: EmbeddingMatrix;
  readonly band: SimilarityBand;
  readonly queries: RowRange;
  readonly k: number;
  readonly nearDuplicateLimit: number;
  /** Largest |score in a tile − exact score|; 0 where tiles are exact. */
  readonly tolerance: number;
}

/**
 * Sifts tiles of scores: what lies inside the band is offered to its query, what lies over it is
 * listed as a copy. A score that may be off is replaced by the exact one as soon as the difference
 * could decide on which side of a bound it lies.
 */
export class TileScan {
  /** Rows inside the band. */
  readonly kept: BestRowsByQuery;
  /** Rows at its upper bound or over. */
  readonly copies: BestRowsByQuery;
  readonly #settings: TileScanSettings;
  /** By row: a score below matters to it no more. */
  readonly #bars: Float64Array;

  constructor(settings: TileScanSettings) {
    const { matrix, band, k, nearDuplicateLimit, tolerance } = settings;
    const rescore = (query: number, rows: Int32Array): Float32Array =>
      exactScores(matrix, query, rows).map(clampScore);
    this.kept = new BestRowsByQuery(matrix.ids.length, { limit: k, tolerance, rescore });
    this.copies = new BestRowsByQuery(matrix.ids.length, {
      limit: nearDuplicateLimit,
      tolerance,
      rescore,
    });
    this.#settings = settings;
    const lowest = band.lower - tolerance;
    this.#bars = new Float64Array(matrix.ids.length).fill(lowest < -1 ? -Infinity : lowest);
  }

  /**
   * Takes one tile, row-major `[left, right]`. A pair of query rows from different left tiles comes
   * once and counts for both. Throws `invalid-output` on a wrong length or NaN.
   */
  scan({ left, right }: Tile, scores: Float32Array): void {
    const width = right.end - right.start;
    const expected = (left.end - left.start) * width;
    if (scores.length !== expected) {
      throw new MegaPairsError(
        "invalid-output",
        `The tile product gave ${scores.length} scores; expected ${expected}.`,
      );
    }
    const { queries } = this.#settings;
    const mutual = {
      start: Math.min(Math.max(right.start, left.end), right.end),
      end: Math.max(Math.min(right.end, queries.end), right.start),
    };
    for (let query = left.start; query < left.end; query += 1) {
      const offset = (query - left.start) * width - right.start;
      this.#scanOneWay(query, scores, offset, right.start, mutual.start);
      this.#scanBothWays(query, scores, offset, mutual.start, mutual.end);
      const rest = Math.max(mutual.start, mutual.end);
      this.#scanOneWay(query, scores, offset, rest, right.end);
    }
  }

  #scanOneWay(
    query: number,
    scores: Float32Array,
    offset: number,
    start: number,
    end: number,
  ): void {
    const bars = this.#bars;
    for (let row = start; row < end; row += 1) {
      const score = scores[offset + row]!;
      if (score < bars[query]!) continue;
      this.#take(query, row, score, false);
    }
  }

  #scanBothWays(
    query: number,
    scores: Float32Array,
    offset: number,
    start: number,
    end: number,
  ): void {
    const bars = this.#bars;
    for (let row = start; row < end; row += 1) {
      const score = scores[offset + row]!;
      if (score < bars[query]! && score < bars[row]!) continue;
      this.#take(query, row, score, true);
    }
  }

  #take(query: number, row: number, raw: number, mutual: boolean): void {
    if (row === query) return;
    if (Number.isNaN(raw)) {
      throw new MegaPairsError(
        "invalid-output",
        `The tile product gave NaN for rows ${query} and ${row}; expected a cosine.`,
      );
    }
    const { matrix, band, tolerance } = this.#settings;
    let score = clampScore(raw);
    if (
      tolerance > 0 &&
      (score - tolerance <= band.lower || Math.abs(score - band.upper) <= tolerance)
    ) {
      score = clampScore(exactScores(matrix, query, Int32Array.of(row))[0]!);
    }
    if (score <= band.lower) return;
    const isCopy = score >= band.upper;
    this.#offer(isCopy, query, row, score);
    if (mutual) this.#offer(isCopy, row, query, score);
  }

  #offer(isCopy: boolean, query: number, row: number, score: number): void {
    if (isCopy) {
      this.copies.offer(query, row, score);
      return;
    }
    const bar = this.kept.offer(query, row, score);
    if (bar > this.#bars[query]!) this.#bars[query] = bar;
  }
}
