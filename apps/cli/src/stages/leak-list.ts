import type { RejectRecord } from "@megapairs/spec";

/** The images of a corpus that evaluation sets have too, each with the best reason found. */
export class LeakList {
  readonly #found = new Map<string, { readonly score: number; readonly reason: string }>();

  get size(): number {
    return this.#found.size;
  }

  has(imageId: string): boolean {
    return this.#found.has(imageId);
  }

  /** Files with the same bytes. */
  addCopy(imageId: string, evaluation: string): void {
    const reason = `the same bytes as ${evaluation} of an evaluation set`;
    this.#found.set(imageId, { score: Infinity, reason });
  }

  /** A cosine at the threshold or over; of several the highest counts, of equals the first. */
  add(
    imageId: string,
    { relation, evaluation, score }: { relation: string; evaluation: string; score: number },
  ): void {
    if (score <= (this.#found.get(imageId)?.score ?? -Infinity)) return;
    const reason = `cosine ${score.toFixed(4)} under ${relation} with ${evaluation} of an evaluation set`;
    this.#found.set(imageId, { score, reason });
  }

  /** By ascending image id. */
  rejects(): RejectRecord[] {
    return [...this.#found]
      .toSorted(([first], [second]) => (first < second ? -1 : 1))
      .map(([item, { reason }]) => ({ item, code: "excluded", reason }));
  }
}
