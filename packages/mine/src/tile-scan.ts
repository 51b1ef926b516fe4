import { MegaPairsError } from "@megapairs/spec";
import { clampScore } from "./exact-scores.ts";
import { allocateCandidates, CandidateTable } from "./join/candidate-table.ts";
import type { CandidateMemory } from "./join/candidate-table.ts";
import type { RowRange, Tile } from "./plan-tiles.ts";
import type { SimilarityBand } from "./similarity-band.ts";

/** Settings of {@link TileScan}. */
export interface TileScanSettings {
  readonly band: SimilarityBand;
  readonly queries: RowRange;
  readonly k: number;
  readonly nearDuplicateLimit: number;
  /** Rows of the matrix. */
  readonly rowCount: number;
}

/**
 * Sifts tiles of exact scores: what lies inside the band is offered to its query, what lies over it is
 * listed as a copy.
 */
export class TileScan {
  /** Rows inside the band, by query. */
  readonly kept: CandidateMemory;
  /** Rows at its upper bound or over, by query. */
  readonly copies: CandidateMemory;
  readonly #settings: TileScanSettings;
  readonly #keptTable: CandidateTable;
  readonly #copiesTable: CandidateTable;

  constructor(settings: TileScanSettings) {
    const { queries, k, nearDuplicateLimit, rowCount } = settings;
    const queryCount = queries.end - queries.start;
    const most = Math.max(1, rowCount - 1);
    this.kept = allocateCandidates(queryCount, Math.min(k, most));
    this.copies = allocateCandidates(queryCount, Math.min(nearDuplicateLimit, most));
    this.#settings = settings;
    this.#keptTable = new CandidateTable(this.kept, { tolerance: 0 });
    this.#copiesTable = new CandidateTable(this.copies, { tolerance: 0 });
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
    const { queries, band } = this.#settings;
    for (let query = left.start; query < left.end; query += 1) {
      const offset = (query - left.start) * width - right.start;
      for (let row = right.start; row < right.end; row += 1) {
        const score = scores[offset + row]!;
        if (row === query || (score <= band.lower && band.lower >= -1)) continue;
        this.#take(query, row, score, row >= left.end && row < queries.end);
      }
    }
  }

  /** Sorts what was found for a query row. */
  rank(query: number): void {
    const place = query - this.#settings.queries.start;
    this.#keptTable.rank(place);
    this.#copiesTable.rank(place);
  }

  #take(query: number, row: number, raw: number, isMutual: boolean): void {
    if (Number.isNaN(raw)) {
      throw new MegaPairsError(
        "invalid-output",
        `The tile product gave NaN for rows ${query} and ${row}; expected a cosine.`,
      );
    }
    const { band, queries } = this.#settings;
    const score = clampScore(raw);
    if (score <= band.lower) return;
    const table = score >= band.upper ? this.#copiesTable : this.#keptTable;
    table.offer(query - queries.start, row, score);
    if (isMutual) table.offer(row - queries.start, query, score);
  }
}
