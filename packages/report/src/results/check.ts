/** Something that was made sure of, or measured so that readers can judge. */
export interface Check {
  readonly name: string;
  /** `measured` where there is no line between good and bad. */
  readonly verdict: "passed" | "failed" | "measured";
  /** What was found, in one or two sentences with its numbers. */
  readonly finding: string;
  /** Details, in words; the first cell names the row. */
  readonly table?:
    | { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
    | undefined;
}
