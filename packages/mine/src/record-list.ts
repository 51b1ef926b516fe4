/** Records in a fixed order, maybe made only when they are looked at; an array is one. */
export type RecordList<Item> = Pick<
  readonly Item[],
  "length" | "at" | "slice" | typeof Symbol.iterator
>;

/** Records that are made when they are looked at, each time anew: what is kept is more compact. */
export class LazyRecords<Item> implements RecordList<Item> {
  readonly length: number;
  readonly #make: (place: number) => Item;

  constructor(length: number, make: (place: number) => Item) {
    this.length = length;
    this.#make = make;
  }

  at(place: number): Item | undefined {
    const index = place < 0 ? place + this.length : place;
    return index >= 0 && index < this.length ? this.#make(index) : undefined;
  }

  slice(start = 0, end: number = this.length): Item[] {
    const place = (given: number): number =>
      given < 0 ? Math.max(0, given + this.length) : Math.min(given, this.length);
    const first = place(start);
    const count = Math.max(0, place(end) - first);
    return Array.from({ length: count }, (_, offset) => this.#make(first + offset));
  }

  *[Symbol.iterator](): ArrayIterator<Item> {
    for (let place = 0; place < this.length; place += 1) yield this.#make(place);
  }
}
