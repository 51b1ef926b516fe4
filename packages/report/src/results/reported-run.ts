/** What was run, with what, on what. */
export interface ReportedRun {
  /** As it was typed. */
  readonly command: string;
  /** `short`, `full`; absent where there is but one. */
  readonly mode?: string | undefined;
  /** Settings worth reading, by name. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Every seed that decided anything. */
  readonly seeds: readonly number[];
  /** Of programs, libraries and models: `megapairs`, `node`, `onnxruntime`, a fingerprint. */
  readonly versions: Readonly<Record<string, string>>;
  /** One line: processor, cores, memory, system. */
  readonly machine?: string | undefined;
  /** Wall time by phase, in the order in which they ran. */
  readonly phases?: readonly RunPhase[] | undefined;
  /** Commands that make the same again, one a line, in order. */
  readonly reproduce: readonly string[];
}

/** A part of a run and how long it took. */
export interface RunPhase {
  readonly name: string;
  /** Wall time. */
  readonly seconds: number;
}
