import { MegaPairsError } from "@megapairs/spec";
import type { Benchmark } from "../benchmarks/benchmark.ts";
import { parsePredictions } from "./parse-predictions.ts";
import { submissionForms } from "./submission-form.ts";

/**
 * Checks the text of a submission file as the server would: every query, the exact number of
 * candidates, none twice, ids of the benchmark and of the right type, CIRR's `version` and
 * `metric` and its limit of 5 MiB. Stricter than the server in one thing: CIRR's reference, which
 * can never be right, is refused among the candidates.
 *
 * @returns The metric that the file is for.
 * @throws `invalid-argument` with what is wrong; `unsupported` for a benchmark without a server.
 */
export function checkSubmission(benchmark: Benchmark, json: string): string {
  const forms = submissionForms(benchmark);
  const value = parse(json);
  const found =
    forms.length === 1 ? forms[0] : forms.find(({ metric }) => metric === value["metric"]);
  if (found === undefined) {
    const names = forms.map(({ metric }) => `"${metric}"`).join(" or ");
    throw invalid(`metric is ${JSON.stringify(value["metric"])}; expected ${names}.`);
  }
  const { header, count, isSubset, isNumeric, maxBytes, metric } = found;
  for (const [name, expected] of Object.entries(header)) {
    if (value[name] === expected) continue;
    throw invalid(`${name} is ${JSON.stringify(value[name])}; expected "${expected}".`);
  }
  const bytes = Buffer.byteLength(json);
  if (maxBytes !== null && bytes > maxBytes)
    throw invalid(`The file has ${bytes} bytes; expected ${maxBytes} at most.`);
  const predictions = parsePredictions(benchmark, value);
  for (const { id, referenceId, subsetIds } of benchmark.queries) {
    const list = predictions.get(id);
    if (list?.length !== count) {
      throw invalid(
        `Query "${id}" has ${list?.length ?? "no"} candidates for ${metric}; expected ${count}.`,
      );
    }
    const alien = list.find(
      (one) =>
        (isSubset && !subsetIds.includes(one)) ||
        (benchmark.removesReference && one === referenceId),
    );
    if (alien !== undefined) {
      throw invalid(
        `Query "${id}" has "${alien}"; expected ${isSubset ? "only the other members of its set" : "no reference"}.`,
      );
    }
    const raw = value[id];
    if (Array.isArray(raw) && raw.some((one) => (typeof one === "number") !== isNumeric)) {
      throw invalid(
        `Query "${id}" has ids of another type; expected ${isNumeric ? "whole numbers" : "strings"}.`,
      );
    }
  }
  return metric;
}

function parse(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value));
  } catch (error) {
    throw new MegaPairsError("invalid-argument", "The submission is no whole JSON.", {
      cause: error,
    });
  }
  throw invalid("The submission is no JSON object.");
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
