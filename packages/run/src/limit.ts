import { MegaPairsError } from "@megapairs/spec";

/** A bound on how many jobs run at once. */
export interface Limit {
  readonly places: number;
  /** Runs a job when a place is free; waiting jobs go in the order they came. */
  run<T>(job: () => Promise<T>): Promise<T>;
}

/** At most `places` jobs at once. `invalid-argument`, naming `what`, unless a whole number from 1. */
export function createLimit(places: number, what: string): Limit {
  if (!Number.isSafeInteger(places) || places < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `${what} is ${places}, expected a whole number from 1`,
    );
  }
  const waiting: (() => void)[] = [];
  let free = places;
  return {
    places,
    async run(job) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await job();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
