import type { VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import type { AskUsage } from "./ask-until-valid.ts";
import { askUntilValid } from "./ask-until-valid.ts";
import type { Demonstration } from "./demonstrations.ts";
import { demonstrationPool, drawDemonstrations } from "./demonstrations.ts";
import { deriveSeed } from "./derive-seed.ts";
import type { InstructPrompt } from "./instruct-prompt.ts";
import { instructPrompt, renderInstructPrompt, renderInstructSystem } from "./instruct-prompt.ts";
import type { InstructionCount } from "./instructions-json-schema.ts";
import { instructionsJsonSchema } from "./instructions-json-schema.ts";
import { parseInstructions } from "./parse-instructions.ts";

/** Settings of stage 2 that are the same for every pair. */
export interface InstructSettings {
  /** Takes no images: a text-only model will do. */
  readonly backend: VlmBackendV1;
  /** The run's seed, any whole number. Each pair draws its own from it and its id. */
  readonly seed: number;
  /** Least instructions of a pair. Default 3 (paper §3.2). */
  readonly minimum?: number | undefined;
  /** Most instructions of a pair. Default 5, or `minimum` where that is larger. */
  readonly maximum?: number | undefined;
  /** Default: our own, {@link demonstrationPool}. */
  readonly demonstrations?: readonly Demonstration[] | undefined;
  /** How many are shown in a call. Default 5 (paper §3.2). */
  readonly demonstrationCount?: number | undefined;
  /** Default 0.7: the queries of a data set should not all sound alike. */
  readonly temperature?: number | undefined;
  /** Tokens. Default 512. */
  readonly maxOutputTokens?: number | undefined;
  readonly prompt?: InstructPrompt | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of one {@link writeInstructions} call. */
export interface InstructOptions extends InstructSettings {
  readonly pairId: string;
  /** What stage 1 said. */
  readonly description: string;
}

/** The instructions of a pair, and what they took. */
export interface InstructResult {
  /** Between `minimum` and `maximum`, distinct, each of at most 300 characters. */
  readonly texts: readonly string[];
  /** Answers read, from 1 to 3. */
  readonly attempts: number;
  readonly usage: AskUsage;
  readonly warnings: readonly string[];
}

const LONGEST_DESCRIPTION = 4000;

/**
 * Stage 2 (paper §3.2): turns a description into retrieval instructions that lead from the query
 * image to the target.
 *
 * Five demonstrations are drawn by seed and pair id; the JSON schema is sent where the backend
 * supports one, and stands in the prompt for every backend. An answer that does not end by itself or
 * does not parse ({@link parseInstructions}) is asked for again with `seed + 1`, twice. Then
 * `invalid-output`. `corrupt-data` on a description that is empty or longer than 4,000 characters,
 * `invalid-argument` on impossible counts; what the backend throws passes through.
 */
export async function writeInstructions(options: InstructOptions): Promise<InstructResult> {
  const { backend, pairId, description, seed, prompt = instructPrompt } = options;
  const count = instructionCount(options);
  assertDescription(description);
  const demonstrations = drawDemonstrations({
    pool: options.demonstrations ?? demonstrationPool,
    count: options.demonstrationCount ?? 5,
    seed,
    pairId,
  });

  const answer = await askUntilValid({
    backend,
    pairId,
    request: {
      system: renderInstructSystem(prompt, count),
      prompt: renderInstructPrompt(prompt, { description, demonstrations }),
      maxOutputTokens: options.maxOutputTokens ?? 512,
      temperature: options.temperature ?? 0.7,
      seed: deriveSeed(seed, "instruct", pairId),
      jsonSchema: backend.supports.jsonSchema ? instructionsJsonSchema(count) : undefined,
      signal: options.signal,
    },
    parse: (text) => parseInstructions(text, count),
  });
  const { value: texts, attempts, usage, warnings } = answer;
  return { texts, attempts, usage, warnings };
}

function instructionCount(settings: InstructSettings): InstructionCount {
  const minimum = settings.minimum ?? 3;
  const maximum = settings.maximum ?? Math.max(5, minimum);
  if (Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum)) {
    if (minimum >= 1 && minimum <= maximum) return { minimum, maximum };
  }
  throw new MegaPairsError(
    "invalid-argument",
    `minimum is ${minimum} and maximum ${maximum}, expected whole numbers with 1 <= minimum <= maximum`,
  );
}

function assertDescription(description: string): void {
  if (description.trim() !== "" && description.length <= LONGEST_DESCRIPTION) return;
  throw new MegaPairsError(
    "corrupt-data",
    `description of ${description.length} characters, expected 1 to ${LONGEST_DESCRIPTION} and not blank`,
  );
}
