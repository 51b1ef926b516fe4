import type { GenerateOptions, GenerateResult, VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { excerpt } from "./plain-text.ts";

/** How often one question is put: once, and twice more with another seed. */
const ATTEMPTS = 3;

/** Tokens over all attempts; undefined where the backend does not report them. */
export interface AskUsage {
  readonly input: number | undefined;
  readonly output: number | undefined;
}

interface AskOptions<Value> {
  readonly backend: VlmBackendV1;
  readonly pairId: string;
  readonly request: GenerateOptions & { readonly seed: number };
  /** Throws `invalid-output` where the text is not what was asked for. */
  readonly parse: (text: string) => Value;
}

interface AskResult<Value> {
  readonly value: Value;
  /** From 1 to 3. */
  readonly attempts: number;
  readonly usage: AskUsage;
  readonly warnings: readonly string[];
}

/**
 * Asks, and asks again with `seed + 1` where the answer does not end by itself or does not parse.
 * After the third such answer rejects with `invalid-output`, whose `details` hold `pairId`,
 * `answers` (how many were read), `finishReason` and an `excerpt` of the last one. What the backend
 * itself throws passes through.
 *
 * The seed is sent even to backends without `supports.seed`: it makes the second attempt another
 * request to the ledger.
 */
export async function askUntilValid<Value>(options: AskOptions<Value>): Promise<AskResult<Value>> {
  const { backend, pairId, request, parse } = options;
  const usage: { input: number | undefined; output: number | undefined } = { input: 0, output: 0 };
  const warnings = new Set<string>();
  for (let attempts = 1; ; attempts += 1) {
    request.signal?.throwIfAborted();
    const result = await backend.doGenerate({ ...request, seed: request.seed + attempts - 1 });
    usage.input = sum(usage.input, result.usage.input);
    usage.output = sum(usage.output, result.usage.output);
    for (const warning of result.warnings) warnings.add(warning);
    try {
      return { value: finished(result, parse), attempts, usage, warnings: [...warnings] };
    } catch (error) {
      if (!MegaPairsError.isInstance(error) || error.code !== "invalid-output") throw error;
      if (attempts >= ATTEMPTS) throw unusable(pairId, error, result);
    }
  }
}

function finished<Value>(result: GenerateResult, parse: (text: string) => Value): Value {
  if (result.finishReason !== "stop") {
    throw new MegaPairsError(
      "invalid-output",
      `answer ended by "${result.finishReason}", expected "stop"`,
    );
  }
  return parse(result.text);
}

function unusable(pairId: string, cause: MegaPairsError, last: GenerateResult): MegaPairsError {
  const said = excerpt(last.text);
  return new MegaPairsError(
    "invalid-output",
    `pair ${excerpt(pairId, 80)}: ${ATTEMPTS} answers unusable, the last: ${cause.message}; it began "${said}"`,
    {
      cause,
      details: { pairId, answers: ATTEMPTS, finishReason: last.finishReason, excerpt: said },
    },
  );
}

function sum(total: number | undefined, more: number | undefined): number | undefined {
  return total === undefined || more === undefined ? undefined : total + more;
}
