import type { PromptPart } from "@megapairs/spec";
import type { Demonstration } from "./demonstrations.ts";
import { fillTemplate } from "./fill-template.ts";
import type { InstructionCount } from "./instructions-json-schema.ts";
import { instructionsJsonSchema } from "./instructions-json-schema.ts";
import data from "./prompts/instruct.json" with { type: "json" };

/** The texts of stage 2. */
export interface InstructPrompt {
  /** Changes whenever a word of the prompt does. */
  readonly version: string;
  /** `{minimum}`, `{maximum}` and `{schema}` are replaced: the same for every pair of a run. */
  readonly system: string;
  /** Stands before the demonstrations. */
  readonly opening: string;
  /** One demonstration: `{description}` and `{answer}` are replaced. */
  readonly demonstration: string;
  /** Stands last; `{description}` is replaced by the pair's description. */
  readonly closing: string;
}

/** The prompt that `writeInstructions` uses unless told otherwise (after paper §3.2). */
export const instructPrompt: InstructPrompt = data;

/** The system text: the rules and the JSON schema, since some servers ignore the schema they are sent. */
export function renderInstructSystem(prompt: InstructPrompt, count: InstructionCount): string {
  const schema = JSON.stringify(instructionsJsonSchema(count));
  return fillTemplate(prompt.system, { ...count, schema });
}

/**
 * Demonstrations first, the pair's description last.
 *
 * A description is a model's answer to pictures from anywhere, so it is data: it stands between
 * tags, and its own angle brackets are replaced by ‹ and ›, so that it cannot close them.
 */
export function renderInstructPrompt(
  prompt: InstructPrompt,
  pair: { readonly description: string; readonly demonstrations: readonly Demonstration[] },
): readonly PromptPart[] {
  const shown = pair.demonstrations.map(({ description, instructions }) =>
    fillTemplate(prompt.demonstration, {
      description: withoutTags(description),
      answer: JSON.stringify({ instructions }),
    }),
  );
  const closing = fillTemplate(prompt.closing, { description: withoutTags(pair.description) });
  const opening = shown.length === 0 ? [] : [prompt.opening];
  return [{ type: "text", text: [...opening, ...shown, closing].join("\n\n") }];
}

function withoutTags(text: string): string {
  return text.replaceAll("<", "‹").replaceAll(">", "›");
}
