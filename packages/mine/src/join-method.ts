import type { MeasuredRecall } from "./cluster/recall-of.ts";

/** How a join was made. */
export type JoinMethod =
  | {
      /** Every pair was scored. */
      readonly name: "exact";
      /** Why, where less was asked for. */
      readonly reason?: string | undefined;
    }
  | {
      /** Only rows of similar lists were. */
      readonly name: "clustered";
      /** What was asked for, and what a sample of queries has of its neighbours in the band. */
      readonly recall: MeasuredRecall & { readonly target: number };
      readonly lists: number;
      /** Lists that a row looked into on average, its own included. */
      readonly listsPerQuery: number;
      /** Pairs that were scored, of all: a pair that two rows look at from both sides counts twice. */
      readonly shareOfPairs: number;
    };
