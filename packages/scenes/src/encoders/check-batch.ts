import type { EncoderInput, EncoderSupports } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

/**
 * Throws `invalid-argument` unless there are 1 to `maxBatch` inputs, `unsupported` on one of a kind
 * that is not supported.
 */
export function checkBatch(
  modelId: string,
  supports: EncoderSupports,
  inputs: readonly EncoderInput[],
): void {
  if (inputs.length === 0 || inputs.length > supports.maxBatch) {
    throw new MegaPairsError(
      "invalid-argument",
      `${modelId} takes 1 to ${supports.maxBatch} inputs; found ${inputs.length}.`,
    );
  }
  const refused = inputs.find(({ type }) => !supports.inputs.includes(type));
  if (refused !== undefined) {
    throw new MegaPairsError(
      "unsupported",
      `${modelId} takes ${supports.inputs.join(", ")} inputs; found ${refused.type}.`,
    );
  }
}
