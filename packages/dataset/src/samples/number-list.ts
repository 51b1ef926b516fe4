/** Whole numbers below 2^32 by their places, four bytes each. */
export interface NumberList {
  readonly length: number;
  push(value: number): void;
  /** Undefined beyond the end. */
  at(index: number): number | undefined;
}

/** Numbers that are allocated at once. */
const PART = 2 ** 18;

/** Creates a {@link NumberList}: grows by a mebibyte, never copies what it holds. */
export function createNumberList(): NumberList {
  const parts: Uint32Array[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length % PART === 0) parts.push(new Uint32Array(PART));
      parts.at(-1)![length % PART] = value;
      length += 1;
    },
    at: (index) => (index < length ? parts[Math.floor(index / PART)]?.[index % PART] : undefined),
  };
}
