/** What a bench found. */
export interface BenchReport {
  /** For people. */
  readonly table: string;
  /** By comparison: ours ÷ peer, larger is better. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Peers that could not be run, and why. */
  readonly absent: Readonly<Record<string, string>>;
  /** All that decides the numbers, machine aside. */
  readonly settings: object;
  /** Raw measurements. */
  readonly runs: readonly object[];
  /** What must hold for the comparison to mean anything. */
  readonly checks: object;
}

/** One bench: a comparison with named peers on the same input, in one run. */
export interface Bench {
  readonly help: string;
  /** Throws `invalid-argument` on arguments that it does not know. `log` tells how far it is. */
  readonly run: (args: readonly string[], log: (line: string) => void) => Promise<BenchReport>;
}
