import { MegaPairsError } from "@megapairs/spec";
import { describeNode } from "../../graph/node-attributes.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { constantNumbers, onlyGradient } from "../gradient-rule.ts";

/** `Dropout` that drops nothing, as inference graphs have it; `unsupported` in training mode. */
export const dropoutRule: GradientRule = (call) => {
  const { dy } = onlyGradient(call);
  const [trains = 0] = constantNumbers(call, 2) ?? [];
  if (trains !== 0) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(call.node)} is in training mode, expected its inference form`,
    );
  }
  return [() => dy];
};
