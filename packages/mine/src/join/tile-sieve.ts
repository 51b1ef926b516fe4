import { clampScore, scoreExactly } from "../exact-scores.ts";
import type { RowRange } from "../plan-tiles.ts";
import type { SimilarityBand } from "../similarity-band.ts";
import { createRescore } from "./create-rescore.ts";
import { CandidateTable } from "./candidate-table.ts";
import type { CandidateMemory } from "./candidate-table.ts";

/** What a {@link TileSieve} sifts into; all of it can be handed to a thread. */
export interface SieveSettings {
  readonly band: SimilarityBand;
  readonly dimensions: number;
  /** Largest |score in a tile − exact score|. */
  readonly tolerance: number;
  /** Candidates inside the band. */
  readonly kept: CandidateMemory;
  /** Candidates at its upper bound or over. */
  readonly copies: CandidateMemory;
  /** Position of the tables' first row. */
  readonly firstPosition: number;
  /** The matrix row at each position, which is what the tables list; the position itself by default. */
  readonly rowAt?: Int32Array | undefined;
}

/** A block of estimated scores and the vectors behind it. */
export interface ScoredBlock {
  /** Positions of the left rows: a range, or one by one, ascending. */
  readonly left: RowRange | Int32Array;
  readonly right: RowRange;
  /** Row-major float32 of the left positions, in their order. */
  readonly leftVectors: Float32Array;
  readonly rightVectors: Float32Array;
  /** Row-major `[left, right]`. */
  readonly scores: Float32Array;
  /** Only right positions above the left one count: a block on the diagonal. */
  readonly isTriangle: boolean;
  /** Pairs that are scored elsewhere; none by default. */
  readonly skips?: SkippedPairs | undefined;
  /** Left rows are told of right ones. */
  readonly offersLeft: boolean;
  /** Right rows are told of left ones. */
  readonly offersRight: boolean;
}

/** Pairs by segments of left places, in order; all over shared memory. */
interface SkippedPairs {
  /** The left place at which each segment ends. */
  readonly ends: Int32Array;
  /** Where the positions of each segment begin; one more entry than there are segments. */
  readonly starts: Int32Array;
  /** Right positions that the rows of a segment are not to be offered, ascending in each. */
  readonly positions: Int32Array;
}

/**
 * Sifts blocks of estimated scores: what could matter to one of its two rows is offered to them, inside
 * the band or over it. A score is made exact where that decides: at a bound of the band at once, among
 * the best of a row at the end. Vectors that are not at hand then, all are made exact at once.
 */
export class TileSieve {
  readonly #settings: SieveSettings;
  readonly #kept: CandidateTable;
  readonly #copies: CandidateTable;
  readonly #isPatient: boolean;
  #floors = new Float64Array(0);
  #found = new Int32Array(0);
  #doubtful = new Int32Array(0);
  #exact = new Float32Array(0);

  constructor(settings: SieveSettings, resident: Float32Array | Uint16Array | undefined) {
    this.#settings = settings;
    const { tolerance, kept, copies } = settings;
    const rescore = resident && createRescore(settings, resident);
    this.#isPatient = rescore !== undefined;
    this.#kept = new CandidateTable(kept, { tolerance, rescore });
    this.#copies = new CandidateTable(copies, { tolerance, rescore });
  }

  /** Takes one block; nobody else may work on the rows that are offered something meanwhile. */
  sift(block: ScoredBlock): void {
    const { left, right, scores, isTriangle, leftVectors, skips } = block;
    const { dimensions } = this.#settings;
    const width = right.end - right.start;
    const height = left instanceof Int32Array ? left.length : left.end - left.start;
    this.#makeRoom(width);
    let lowest = -Infinity;
    let segment = 0;
    for (let i = 0; i < height; i += 1) {
      if (i % ROWS_PER_FLOOR === 0) lowest = this.#readFloors(block);
      const position = left instanceof Int32Array ? left[i]! : left.start + i;
      const start = isTriangle ? Math.max(0, position + 1 - right.start) : 0;
      const found = this.#findInRow(
        scores.subarray(i * width, (i + 1) * width),
        start,
        block.offersLeft ? this.#floorOf(position) : Infinity,
        lowest,
      );
      if (found === 0) continue;
      if (skips !== undefined) segment = segmentAt(skips, segment, i);
      const vector = leftVectors.subarray(i * dimensions, (i + 1) * dimensions);
      const estimates = scores.subarray(i * width, (i + 1) * width);
      const columns = this.#found.subarray(0, found);
      this.#makeExact(vector, block.rightVectors, estimates, columns);
      const skipped = skips?.positions.subarray(skips.starts[segment], skips.starts[segment + 1]);
      this.#take(block, position, estimates, columns, skipped);
    }
  }

  /** Sorts the rows of both tables from place `start` to `end`. */
  rank({ start, end }: RowRange): void {
    for (let row = start; row < end; row += 1) {
      this.#kept.rank(row);
      this.#copies.rank(row);
    }
  }

  /** Collects the columns whose score reaches the row's floor or their own; gives how many. */
  #findInRow(row: Float32Array, start: number, floor: number, lowest: number): number {
    const floors = this.#floors;
    const found = this.#found;
    const least = Math.min(floor, lowest);
    const bits = new Int32Array(row.buffer, row.byteOffset, row.length);
    const halfOfLeast = bitsOf(least) >> 1;
    let count = 0;
    let next = start;
    for (;;) {
      if (least > 0) next = skipLower(bits, next, halfOfLeast);
      if (next === row.length) return count;
      const last = Math.min(next + SCORES_AT_ONCE, row.length);
      for (; next < last; next += 1) {
        const score = row[next]!;
        if (score < least || (score < floor && score < floors[next]!)) continue;
        found[count] = next;
        count += 1;
      }
    }
  }

  /** Puts exact scores in the place of estimates that are too close to a bound, or of all. */
  #makeExact(
    vector: Float32Array,
    rightVectors: Float32Array,
    estimates: Float32Array,
    columns: Int32Array,
  ): void {
    const { band, tolerance } = this.#settings;
    let doubtful = columns;
    if (this.#isPatient) {
      let count = 0;
      for (const column of columns) {
        const estimate = estimates[column]!;
        if (estimate - tolerance > band.lower && Math.abs(estimate - band.upper) > tolerance) {
          continue;
        }
        this.#doubtful[count] = column;
        count += 1;
      }
      if (count === 0) return;
      doubtful = this.#doubtful.subarray(0, count);
    }
    scoreExactly(vector, rightVectors, doubtful, this.#exact);
    for (const [place, column] of doubtful.entries()) estimates[column] = this.#exact[place]!;
  }

  #take(
    block: ScoredBlock,
    position: number,
    estimates: Float32Array,
    columns: Int32Array,
    skipped: Int32Array | undefined,
  ): void {
    const { right, offersLeft, offersRight } = block;
    const { band, firstPosition } = this.#settings;
    const row = this.#rowAt(position);
    for (const column of columns) {
      const score = clampScore(estimates[column]!);
      if (score <= band.lower) continue;
      const other = right.start + column;
      const otherRow = this.#rowAt(other);
      if (otherRow === row || (skipped !== undefined && holds(skipped, other))) continue;
      const table = score >= band.upper ? this.#copies : this.#kept;
      if (offersLeft) table.offer(position - firstPosition, otherRow, score);
      if (offersRight) table.offer(other - firstPosition, row, score);
    }
  }

  #rowAt(position: number): number {
    const { rowAt } = this.#settings;
    return rowAt === undefined ? position : rowAt[position]!;
  }

  /** An estimate below matters to the row at this position no more. */
  #floorOf(position: number): number {
    const { band, tolerance, kept, firstPosition } = this.#settings;
    const lower = band.lower - tolerance;
    return Math.max(kept.bars[position - firstPosition]!, lower < -1 ? -Infinity : lower);
  }

  /** Reads the floors of the right rows; gives the lowest. */
  #readFloors({ right, offersRight }: ScoredBlock): number {
    const floors = this.#floors;
    let lowest = Infinity;
    for (let position = right.start; position < right.end; position += 1) {
      const floor = offersRight ? this.#floorOf(position) : Infinity;
      floors[position - right.start] = floor;
      if (floor < lowest) lowest = floor;
    }
    return lowest;
  }

  #makeRoom(width: number): void {
    if (this.#floors.length >= width) return;
    this.#floors = new Float64Array(width);
    this.#found = new Int32Array(width);
    this.#doubtful = new Int32Array(width);
    this.#exact = new Float32Array(width);
  }
}

/** The segment of a left place, at or after another one. */
function segmentAt({ ends }: SkippedPairs, from: number, place: number): number {
  let segment = from;
  while (ends[segment]! <= place) segment += 1;
  return segment;
}

/**
 * A place at or before the next score that reaches a positive floor, found in leaps. The bits of a
 * float32 over 0 order as whole numbers do, and those of one below 0 are a negative number: half of a
 * lower score's bits less half of the floor's is negative, and the sign of all eight tells.
 */
function skipLower(bits: Int32Array, start: number, half: number): number {
  let at = start;
  for (const last = bits.length - SCORES_AT_ONCE; at <= last; at += SCORES_AT_ONCE) {
    const signs =
      ((bits[at]! >> 1) - half) &
      ((bits[at + 1]! >> 1) - half) &
      ((bits[at + 2]! >> 1) - half) &
      ((bits[at + 3]! >> 1) - half) &
      ((bits[at + 4]! >> 1) - half) &
      ((bits[at + 5]! >> 1) - half) &
      ((bits[at + 6]! >> 1) - half) &
      ((bits[at + 7]! >> 1) - half);
    if (signs >= 0) return at;
  }
  return at;
}

const SCORES_AT_ONCE = 8;

function bitsOf(score: number): number {
  return new Int32Array(Float32Array.of(score).buffer)[0]!;
}

/** Left rows that are sifted before the floors of the right ones, which rise, are read again. */
const ROWS_PER_FLOOR = 64;

/** Whether an ascending list holds a value. */
function holds(list: Int32Array, value: number): boolean {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return list[low] === value;
}
