/**
 * The best few of the rows offered to one query: by descending score, then ascending row. Since
 * that order is total, the outcome is the same in whatever order they are offered.
 */
export class BestRows {
  /** Best first. */
  readonly rows: number[] = [];
  /** Best first, `scores[i]` of `rows[i]`. */
  readonly scores: number[] = [];
  /** How many were offered, kept or not. */
  offered = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Each row at most once. */
  offer(row: number, score: number): void {
    this.offered += 1;
    let place = this.rows.length;
    while (place > 0 && this.#follows(place - 1, row, score)) place -= 1;
    if (place === this.#limit) return;
    this.rows.splice(place, 0, row);
    this.scores.splice(place, 0, score);
    if (this.rows.length > this.#limit) {
      this.rows.pop();
      this.scores.pop();
    }
  }

  #follows(place: number, row: number, score: number): boolean {
    const other = this.scores[place]!;
    return other < score || (other === score && this.rows[place]! > row);
  }
}

/** The {@link BestRows} of every query row that was offered any. */
export class BestRowsByQuery {
  readonly #limit: number;
  readonly #byQuery = new Map<number, BestRows>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(query: number, row: number, score: number): void {
    let best = this.#byQuery.get(query);
    if (best === undefined) {
      best = new BestRows(this.#limit);
      this.#byQuery.set(query, best);
    }
    best.offer(row, score);
  }

  get(query: number): BestRows | undefined {
    return this.#byQuery.get(query);
  }
}
