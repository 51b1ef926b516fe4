import { MegaPairsError } from "@megapairs/spec";
import type { Benchmark, BenchmarkName } from "../benchmarks/benchmark.ts";
import table from "./submission-forms.json" with { type: "json" };

/** What a server takes. */
export interface SubmissionForm {
  readonly metric: string;
  /** Entries beside the queries. */
  readonly header: Readonly<Record<string, string>>;
  /** Candidates of each query, exactly. */
  readonly count: number;
  /** Whether only the other members of the query's set are ranked. */
  readonly isSubset: boolean;
  /** Whether ids are whole numbers. */
  readonly isNumeric: boolean;
  /** Largest file that the server takes; null where it states none. */
  readonly maxBytes: number | null;
}

const forms: Readonly<Record<BenchmarkName, readonly SubmissionForm[]>> = table;

/**
 * The files that a benchmark's server takes. Throws `unsupported` if it has no server.
 * Sources: README of miccunifi/CIRCO; `Test-split_server.md` of Cuberick-Orion/CIRR.
 */
export function submissionForms({ name, title }: Benchmark): readonly SubmissionForm[] {
  if (forms[name].length > 0) return forms[name];
  throw new MegaPairsError("unsupported", `${title} has no server; score it here.`);
}
