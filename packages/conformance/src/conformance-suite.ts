/** One check of a kit: plain data, so that it runs under any test runner or none. */
export interface ConformanceTest {
  /** Unique in its suite; a sentence that goes on from the subject's name. */
  readonly name: string;
  /** Rejects with an `AssertionError` of `node:assert` where the subject breaks its contract. */
  readonly run: () => Promise<void>;
}

/** The checks that one implementation must pass. */
export interface ConformanceSuite {
  /** Independent of each other, in any order, but run one at a time. */
  readonly tests: readonly ConformanceTest[];
  /** Disposes what the tests share. */
  readonly close: () => Promise<void>;
}
