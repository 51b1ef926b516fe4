/** A stage that data passed: what went in, what came out, what was left out and why. */
export interface FlowStage {
  /** `ingest`, `embed`, …. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly what: string;
  /** Items that went in. */
  readonly input: number;
  /** What an item of the input is, in plural: `files`, `images`, `pairs`. */
  readonly inputUnit: string;
  /** Rows that came out, by what they are: `{ "vectors I": 600, "vectors D": 600 }`. */
  readonly outputs: Readonly<Record<string, number>>;
  readonly rejects: readonly RejectCount[];
  /** Wall time; absent where it was not measured. */
  readonly seconds?: number | undefined;
}

/** Items that were rejected for the same kind of reason. */
export interface RejectCount {
  /** Code of the error or decision, as in the run's `rejects`. */
  readonly code: string;
  readonly count: number;
  /** One of the reasons, as it was written. */
  readonly example: string;
}
