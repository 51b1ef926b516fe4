import numbers from "./paper-numbers.json" with { type: "json" };

/** A table of the paper that belongs beside a group of experiments. */
export interface PaperTable {
  /** `ExperimentGroup.id`. */
  readonly group: string;
  /** What was trained or compared there. */
  readonly title: string;
  readonly source: string;
  readonly columns: readonly string[];
  /** The column that a chart shows. */
  readonly drawn: string;
  readonly rows: readonly {
    readonly name: string;
    /** Pairs trained on, where they are the axis. */
    readonly pairs?: number | undefined;
    /** In percent, with the digits of the paper; one for each column. */
    readonly values: readonly number[];
  }[];
}

/** What the paper reports on the questions that experiments in miniature ask again. */
export const paperNumbers: readonly PaperTable[] = numbers;
