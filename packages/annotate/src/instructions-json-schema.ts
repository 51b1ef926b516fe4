/** How many instructions an answer holds. */
export interface InstructionCount {
  /** At least 1. */
  readonly minimum: number;
  /** At least `minimum`. */
  readonly maximum: number;
}

/**
 * The JSON schema of an answer of stage 2, in the strict form that OpenAI demands: every property
 * required, no others. `maxItems` is always set, since constrained decoding can otherwise run into
 * endless items. Written out by hand because its bytes are part of every request's key.
 */
export function instructionsJsonSchema(count: InstructionCount): Readonly<Record<string, unknown>> {
  return {
    type: "object",
    properties: {
      instructions: {
        type: "array",
        items: { type: "string" },
        minItems: count.minimum,
        maxItems: count.maximum,
      },
    },
    required: ["instructions"],
    additionalProperties: false,
  };
}
