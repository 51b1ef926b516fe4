import { MegaPairsError } from "@megapairs/spec";
import type { Benchmark } from "../benchmarks/benchmark.ts";
import { parsePredictions } from "./parse-predictions.ts";
import type { Predictions } from "./parse-predictions.ts";
import { submissionForms } from "./submission-form.ts";
import type { SubmissionForm } from "./submission-form.ts";

/** A file for a server. */
export interface Submission {
  /** `recall`, `recall_subset` (CIRR) or `map` (CIRCO). */
  readonly metric: string;
  /** What to write, byte for byte. */
  readonly json: string;
}

/** A benchmark with a server, and what a model ranked. */
export interface CreateSubmissionOptions {
  /** CIRCO or CIRR; the test split for the server, the val split to look at. */
  readonly benchmark: Benchmark;
  /** `{"query id": ["candidate id", …]}` for every query: 50 candidates or more, best first. */
  readonly predictions: unknown;
}

/**
 * Files for the evaluation servers: one for CIRCO (50 whole numbers a query), two for CIRR (50
 * names, and the first 3 of the other five members of the set), in the order of the benchmark.
 * The reference is taken out for CIRR, as its rule says.
 *
 * @throws `unsupported` for a benchmark without a server; `invalid-argument` if a query is missing
 * or has too few candidates, or for predictions of another benchmark.
 */
export function createSubmission({
  benchmark,
  predictions,
}: CreateSubmissionOptions): readonly Submission[] {
  const parsed = parsePredictions(benchmark, predictions);
  return submissionForms(benchmark).map((form) => ({
    metric: form.metric,
    json: JSON.stringify({
      ...form.header,
      ...Object.fromEntries(
        benchmark.queries.map((query) => [
          query.id,
          rank(form, query, benchmark.removesReference, parsed),
        ]),
      ),
    }),
  }));
}

function rank(
  { count, isSubset, isNumeric, metric }: SubmissionForm,
  { id, referenceId, subsetIds }: Benchmark["queries"][number],
  removesReference: boolean,
  predictions: Predictions,
): readonly (string | number)[] {
  const list = (predictions.get(id) ?? [])
    .filter((one) => !removesReference || one !== referenceId)
    .filter((one) => !isSubset || subsetIds.includes(one))
    .slice(0, count);
  if (list.length < count) {
    throw new MegaPairsError(
      "invalid-argument",
      `Query "${id}" has ${list.length} candidates for ${metric}; expected ${count}.`,
    );
  }
  return isNumeric ? list.map(Number) : list;
}
