import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadOnnxEncoder } from "@megapairs/encoder-onnx";
import type { Benchmark, Composition, EvalReport } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";
import { runEvaluation } from "../evaluate/run-evaluation.ts";
import type { Outcome } from "./outcome.ts";

/** A model and what it is asked. */
export interface EvaluateSubjectOptions {
  /** Folder of the model. */
  readonly model: string;
  readonly benchmark: Benchmark;
  /** Folder of the benchmark's pictures. */
  readonly images: string;
  readonly composition: Composition;
  /** Ask by picture alone and by text alone too. */
  readonly shortcuts: boolean;
  readonly folder: string;
  readonly threads: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What share of queries gets its own picture back first; the lower the better. */
export const RETURNS_QUERY = "returns query";

/** Asks a model all queries of a benchmark as `megapairs eval run` does. */
export async function evaluateSubject(
  options: EvaluateSubjectOptions,
): Promise<Pick<Outcome, "queries" | "shortcuts">> {
  const { model, benchmark, folder, threads } = options;
  const encoder = await loadOnnxEncoder({ model, threads });
  try {
    const { report, files } = await runEvaluation({
      ...options,
      encoder,
      out: join(folder, "eval"),
      cache: join(folder, "eval"),
      partial: false,
      seed: 0,
    });
    if (report === undefined) {
      throw new MegaPairsError("unsupported", `${benchmark.title} has no right answers.`);
    }
    const own = await ownPictureFirst(benchmark, files["predictions"] ?? "");
    return { queries: withScore(report, own), shortcuts: report.shortcuts };
  } finally {
    await encoder.dispose?.();
  }
}

/** Ids of the queries whose own picture is the first answer. */
async function ownPictureFirst(benchmark: Benchmark, file: string): Promise<ReadonlySet<string>> {
  const rankings = new Map(Object.entries(JSON.parse(await readFile(file, "utf8"))));
  const own = benchmark.queries.filter(({ id, referenceId }) => {
    const ranking = rankings.get(id);
    return Array.isArray(ranking) && ranking[0] === referenceId;
  });
  return new Set(own.map(({ id }) => id));
}

function withScore(report: EvalReport, own: ReadonlySet<string>): Outcome["queries"] {
  return report.queries.map(({ id, groups, scores }) => {
    return { id, groups: [...groups], scores: { ...scores, [RETURNS_QUERY]: own.has(id) ? 1 : 0 } };
  });
}
